import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

describe('a server that is told to stop', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start();
    await together.install();
  });

  afterAll(() => together.stop());

  it('finishes the handler that runs, says 503 to probes meanwhile, and ends with 0', async () => {
    const { hangar, plane, url } = together;
    await plane.post('/faults', { match: '/api/v1/', kind: 'slow', ms: 2000, times: 1 });
    await plane.post('/comments', { text: '/ping', shape: 'v1' });
    await until('the handler to call Plane', async () => (await together.world()).faults.length === 0);
    const ended = hangar.end('SIGTERM');
    await until('the probe to be refused', async () => (await fetch(`${url}/health/ready`)).status === 503);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(await ended).toBe(0);
    expect(await together.pongs()).toBe(1);
  });

  it('does not wait for a client that never ends its request', async () => {
    const hangar = await together.startHangar({ WEBHOOK_HOLD_SECONDS: '1' });
    const { port } = new URL(together.url);
    const client = connect(Number(port), 'localhost');
    client.on('error', () => undefined);
    client.write(
      'POST /webhooks/plane HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    );
    await once(client, 'connect');
    expect(await hangar.end('SIGTERM')).toBe(0);
    client.destroy();
  }, 40_000);

  it('does not wait long for a client that has connected and sends nothing', async () => {
    const hangar = await together.startHangar();
    const client = connect(Number(new URL(together.url).port), 'localhost');
    client.on('error', () => undefined);
    await once(client, 'connect');
    const toldAt = Date.now();
    expect(await hangar.end('SIGTERM')).toBe(0);
    expect(Date.now() - toldAt).toBeLessThan(8000);
    client.destroy();
  });

  it('ends at once when it is told twice', async () => {
    const hangar = await together.startHangar();
    await together.plane.post('/faults', { match: '/api/v1/', kind: 'slow', ms: 8000, times: 1 });
    await together.plane.post('/comments', { text: '/ping', shape: 'v1' });
    await until('the handler to call Plane', async () => (await together.world()).faults.length === 0);
    void hangar.end('SIGTERM');
    const toldAt = Date.now();
    await until(
      'the probe to be refused',
      async () => (await fetch(`${together.url}/health/ready`)).status === 503,
    );
    await until('more than the time of one Ctrl-C to pass', () => Date.now() - toldAt > 600);
    expect(await hangar.end('SIGTERM')).toBe(1);
  });

  it('takes the two signals of one Ctrl-C under npm for one', async () => {
    const hangar = await together.startHangar();
    void hangar.end('SIGINT');
    expect(await hangar.end('SIGINT')).toBe(0);
  });
});
