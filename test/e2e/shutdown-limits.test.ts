import { once } from 'node:events';
import { Agent } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HangarProcess } from '../support/hangar-process.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { postWebhook } from '../support/webhook-load.js';

describe('the time that a server takes to stop', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({ environment: { HANGAR_ROLES: 'receiver' } });
    await together.install();
  });

  afterAll(() => together.stop());

  it.concurrent('suffices with HANGAR_DRAIN_SECONDS=1, also where connections are kept open', async () => {
    const hangar = await together.startReplica({ HANGAR_DRAIN_SECONDS: '1' });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await postWebhook(hangar.url, pingWebhook('v2'), agent)).status).toBe(202);
    const code = await hangar.end('SIGTERM');
    expect([code, hangar.log.match(/HANGAR_DRAIN_SECONDS are over.*/)]).toEqual([0, null]);
  });

  it.concurrent('is not used up by a collector of traces that hangs', async () => {
    const collector = createServer((socket) => socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(collector, 'listening');
    const { port } = collector.address() as AddressInfo;
    const hangar = await together.startReplica({
      HANGAR_DRAIN_SECONDS: '2',
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
    });
    expect((await together.deliver(pingWebhook('v2'), {}, hangar.url)).status).toBe(202);
    const code = await hangar.end('SIGTERM');
    collector.close();
    expect([code, hangar.log.match(/HANGAR_DRAIN_SECONDS are over.*/)]).toEqual([0, null]);
  });

  it.concurrent('does not delay the news of a start that fails', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const delay = { HANGAR_DRAIN_SECONDS: '90', HANGAR_DRAIN_DELAY_SECONDS: '60' };
    const hangar = await HangarProcess.launch({ ...together.environment, ...delay, PORT: String(port) });
    expect(await hangar.exit()).toBe(1);
    taken.close();
  });
});
