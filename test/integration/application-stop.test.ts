import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { GracefulShutdown } from '../../src/server/graceful-shutdown.js';
import { Drain } from '../../src/config/drain.js';
import { HangarConfig } from '../../src/config/hangar-config.js';
import { loadConfig } from '../../src/config/load-config.js';

/** The longest that a timer waits. */
const FOR_EVER_MS = 2 ** 31 - 1;

describe('a stop', () => {
  let server: Server;
  let closed: boolean;

  beforeEach(async () => {
    closed = false;
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => void server.close());

  /** Requests are to be taken for ever, were it not for the last call. */
  function stopWith(lastCallMs: number): GracefulShutdown {
    const config = loadConfig({}).with({ drainSeconds: 2 * FOR_EVER_MS, drainDelaySeconds: FOR_EVER_MS });
    const drain = new Drain(config);
    drain.untilAbortMs = () => lastCallMs;
    drain.untilDeadlineMs = () => FOR_EVER_MS;
    const provided = new Map<unknown, unknown>([
      [HangarConfig, config],
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

  it('closes the application on the last call at the latest, though connections are open', async () => {
    const stop = stopWith(5);
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(server, 'connection');
    await stop.run();
    client.destroy();
    expect(closed).toBe(true);
  });

  it('of a start that failed waits for nobody', async () => {
    const stop = stopWith(FOR_EVER_MS);
    server.close();
    await stop.run();
    expect(closed).toBe(true);
  });
});
