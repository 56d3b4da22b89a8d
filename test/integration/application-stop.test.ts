import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ApplicationStop } from '../../src/application-stop.js';
import { Drain } from '../../src/config/drain.js';
import { HangarConfig } from '../../src/config/hangar-config.js';
import { loadConfig } from '../../src/config/load-config.js';

describe('a stop', () => {
  let server: Server;
  /** What was left when the application was closed. */
  let leftMs: number;

  beforeEach(async () => {
    leftMs = -1;
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(() => void server.close());

  function stopIn(environment: Record<string, string>): ApplicationStop {
    const config = loadConfig(environment);
    const drain = new Drain(config);
    const provided = new Map<unknown, unknown>([
      [HangarConfig, config],
      [Drain, drain],
    ]);
    const app = {
      get: (token: unknown) => provided.get(token),
      getHttpServer: () => server,
      getHttpAdapter: () => ({ getInstance: () => ({ addHook: () => undefined }) }),
      close: async () => {
        leftMs = drain.untilOverMs();
      },
    };
    return new ApplicationStop(app as unknown as NestFastifyApplication);
  }

  it('closes the application before its time is over, however short, though connections are open', async () => {
    const stop = stopIn({ HANGAR_DRAIN_SECONDS: '1' });
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
    await once(server, 'connection');
    await stop.run();
    client.destroy();
    expect(leftMs).toBeGreaterThan(0);
  });

  it('of a start that failed waits for nobody', async () => {
    const stop = stopIn({ HANGAR_DRAIN_SECONDS: '90', HANGAR_DRAIN_DELAY_SECONDS: '60' });
    server.close();
    await stop.run();
    expect(leftMs).toBeGreaterThan(0);
  });
});
