import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { type MetricsService } from './metrics.service.js';

const PATH = '/metrics';

/** The metrics' own port, which need not be reachable from outside. */
export interface MetricsServer {
  close(): Promise<void>;
}

/**
 * Serves `GET /metrics`, and nothing else.
 *
 * @param port 0 takes a free one, which the log names
 * @throws {DomainError} `metrics_port_unusable`
 */
export async function startMetricsServer(
  metrics: MetricsService,
  port: number,
  host: string,
): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url?.split('?')[0] === PATH) metrics.answer(request, response);
    else response.writeHead(404).end();
  });
  await listen(server, port, host);
  const { port: chosen } = server.address() as AddressInfo;
  new Logger('Metrics').log(`metrics on port ${chosen}`);
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    throw unusablePort(port, host, (error as NodeJS.ErrnoException).code);
  }
}

function unusablePort(port: number, host: string, code = 'unknown'): DomainError {
  const what =
    code === 'EADDRINUSE'
      ? `port ${port} on ${host} is taken. Stop the program that listens there, or set METRICS_PORT`
      : `the metrics cannot listen on port ${port} of ${host} (${code}). Set METRICS_PORT to another, 1024 or above`;
  return new DomainError({
    code: 'metrics_port_unusable',
    title: 'The port of the metrics cannot be used',
    detail: what,
    status: 500,
  });
}
