import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { GracefulShutdown } from '../../src/server/graceful-shutdown.js';
import { Drain } from '../../src/config/drain.js';
import { ServerConfig, serverConfig } from '../../src/config/areas/server.config.js';

/** The maximum delay of a timer. */
const FOR_EVER_MS = 2 ** 31 - 1;

describe('GracefulShutdown', () => {
  let server: Server;
  let closed: boolean;

  beforeEach(async () => {
    closed = false;
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => void server.close());

  /** Requests are accepted for ever, except that work is aborted. */
  function shutdownWith(untilAbortMs: number): GracefulShutdown {
    const config = Object.assign(new ServerConfig(), {
      drainSeconds: 2 * FOR_EVER_MS,
      drainDelaySeconds: FOR_EVER_MS,
    });
    const drain = new Drain(config);
    drain.untilAbortMs = () => untilAbortMs;
    drain.untilDeadlineMs = () => FOR_EVER_MS;
    const provided = new Map<unknown, unknown>([
      [serverConfig.KEY, config],
      [Drain, drain],
    ]);
    const app = {
      get: (token: unknown) => provided.get(token),
      getHttpServer: () => server,
      getHttpAdapter: () => ({ getInstance: () => ({ addHook: () => undefined }) }),
      close: async () => {
        closed = true;
      },
    };
    return new GracefulShutdown(app as unknown as NestFastifyApplication);
  }

  it('closes the application when work is aborted, also while connections are open', async () => {
    const shutdown = shutdownWith(5);
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(server, 'connection');
    await shutdown.run();
    client.destroy();
    expect(closed).toBe(true);
  });

  it('closes at once after a failed start', async () => {
    const shutdown = shutdownWith(FOR_EVER_MS);
    server.close();
    await shutdown.run();
    expect(closed).toBe(true);
  });
});
