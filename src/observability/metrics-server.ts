import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { codedError } from '../common/coded-error.js';
import { limitConnections } from '../common/connection-limit.js';
import { type MetricsService } from './metrics.service.js';

const PATH = '/metrics';
/** A scrape takes some milliseconds of this process. */
const MAX_CONNECTIONS = 20;

/** The HTTP server of the metrics, on its own port. */
export interface MetricsServer {
  close(): Promise<void>;
}

/**
 * Serves `GET /metrics` only.
 *
 * @param port 0 selects a free one, which is logged
 * @throws {DomainError} `metrics_port_unusable`
 */
export async function startMetricsServer(metrics: MetricsService, port: number, host: string): Promise<MetricsServer> {
  const server = createServer((request, response) => {
    if (request.method === 'GET' && request.url?.split('?')[0] === PATH) metrics.answer(request, response);
    else response.writeHead(404).end();
  });
  limitConnections(server, MAX_CONNECTIONS);
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
    throw unusablePort(port, host, (error as NodeJS.ErrnoException).code ?? 'unknown');
  }
}

const unusablePort = codedError(
  'metrics_port_unusable',
  500,
  'The metrics port cannot be used',
  (port: number, host: string, code: string) =>
    code === 'EADDRINUSE'
      ? `port ${port} on ${host} is in use. Stop the program that listens there, or set METRICS_PORT`
      : `the metrics cannot listen on port ${port} of ${host} (${code}). Set METRICS_PORT to another port, 1024 or above`,
);
