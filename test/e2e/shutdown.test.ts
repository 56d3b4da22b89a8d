import { Agent } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type HangarProcess } from '../support/hangar-process.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { ResettingProxy } from '../support/resetting-proxy.js';
import { until } from '../support/until.js';
import { postWebhook } from '../support/webhook-load.js';

describe('a server that is told to stop', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await HangarWithSimulator.start();
    await together.install();
  });

  afterAll(() => together.stop());

  const ready = async (): Promise<number> => (await fetch(`${together.url}/health/ready`)).status;
  const logged = (hangar: HangarProcess, text: string): Promise<unknown> =>
    until(`"${text}"`, () => hangar.log.includes(text));

  /** A run of the handler that waits for Plane's answer. */
  async function slowRun(ms: number): Promise<void> {
    await together.plane.post('/faults', { match: '/api/v1/', kind: 'slow', ms, times: 1 });
    await together.plane.post('/comments', { text: '/ping', shape: 'v1' });
    await until('the handler to call Plane', async () => (await together.world()).faults.length === 0);
  }

  /** A server whose database can be taken away. */
  async function beforeProxy(
    environment: Record<string, string>,
  ): Promise<{ hangar: HangarProcess; proxy: ResettingProxy }> {
    const database = new URL(together.database.url);
    const proxy = await ResettingProxy.start(Number(database.port));
    database.port = String(proxy.port);
    return { hangar: await together.startHangar({ DATABASE_URL: database.href, ...environment }), proxy };
  }

  it('finishes the handler that runs, says 503 to probes meanwhile, is still measured, and ends with 0', async () => {
    const { hangar, url } = together;
    const port = /metrics on port (\d+)/.exec(hangar.log)?.[1];
    await slowRun(2000);
    const ended = hangar.end('SIGTERM');
    await until('the probe to be refused', async () => (await ready()) === 503);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(await (await fetch(`http://localhost:${port}/metrics`)).text()).toContain('\nhangar_ready 0\n');
    expect(await ended).toBe(0);
    expect(await together.pongs()).toBe(1);
  });

  it('fails no request meanwhile: it answers on connections that are open, and closes each with its answer', async () => {
    const hangar = await together.startHangar();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const post = async (): Promise<number | undefined> =>
      (await postWebhook(together.url, pingWebhook('v2'), agent)).status;
    const open = (): number => Object.values(agent.freeSockets).flat().length;
    expect([await post(), open()]).toEqual([202, 1]);
    await slowRun(1000);
    const ended = hangar.end('SIGTERM');
    await until('the probe to be refused', async () => (await ready()) === 503);
    expect(await post()).toBe(202);
    await until('the connection to be closed', () => open() === 0);
    expect(await ended).toBe(0);
  });

  it('takes nothing new from the queue, and leaves it to others', async () => {
    const hangar = await together.startHangar();
    await slowRun(1500);
    const ended = hangar.end('SIGTERM');
    await until('the probe to be refused', async () => (await ready()) === 503);
    const { status, body } = await together.deliver(pingWebhook('v2'));
    expect(status).toBe(202);
    expect(await ended).toBe(0);
    expect(hangar.log).not.toContain(`"deliveryId":"${body.id}"`);
    const next = await together.startHangar();
    await logged(next, `"msg":"handled","handler":"PingHandler.pong","deliveryId":"${body.id}","attempt":1`);
    expect(await next.end('SIGTERM')).toBe(0);
  });

  it('hands back what does not end in HANGAR_DRAIN_SECONDS: another goes on at once, with the same attempt', async () => {
    const hangar = await together.startHangar({ HANGAR_DRAIN_SECONDS: '2' });
    await slowRun(20_000);
    const other = await together.startReplica({ HANGAR_ROLES: 'worker' });
    const toldAt = Date.now();
    expect(await hangar.end('SIGTERM')).toBe(0);
    expect(Date.now() - toldAt).toBeLessThan(10_000); // of the run's 20 s
    const given = /"msg":"delayed by 0 s: the process stops, or another has the job",.*"deliveryId":"(.*?)"/;
    const id = given.exec(hangar.log)?.[1];
    expect(id).toBeDefined();
    const handled = `"msg":"handled","handler":"PingHandler.pong","deliveryId":"${id}","attempt":1`;
    await until('the other process to handle it', () => other.log.includes(handled)); // of a heartbeat's 40 s
    expect(await other.end('SIGTERM')).toBe(0);
  });

  it('answers the webhooks that it holds before its time is over, and says in its exit code what it owes', async () => {
    const { hangar, proxy } = await beforeProxy({ HANGAR_DRAIN_SECONDS: '3' });
    await slowRun(1000);
    await proxy.stop();
    const held = together.deliver(pingWebhook('v2'));
    await logged(hangar, 'webhooks are held');
    const toldAt = Date.now();
    const ended = hangar.end('SIGTERM');
    expect((await held).status).toBe(503);
    expect(Date.now() - toldAt).toBeLessThan(10_000); // of WEBHOOK_HOLD_SECONDS, 20
    expect(await ended).toBe(1);
    expect(Date.now() - toldAt).toBeLessThan(10_000);
    expect(hangar.log).toMatch(/the ends of \d run\(s\) of PingHandler.pong, which could not be booked/);
  });
});
