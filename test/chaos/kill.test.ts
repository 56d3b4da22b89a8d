import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SAMPLE } from '../../src/simulator/world/seed.js';
import { drainedQueue } from '../support/drained-queue.js';
import { FULL_SIZE } from '../support/full-size.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const SHAPES = ['v1', 'v2', 'v1'] as const;

let together: HangarWithSimulator;

beforeEach(async () => {
  together = await HangarWithSimulator.start();
  await together.install();
});

afterEach(async () => {
  await together.stop();
});

describe('the server is killed', () => {
  it('between accepting a webhook and handling it: it is handled after the start', async () => {
    await together.hangar.end();
    for (const [index, shape] of SHAPES.entries()) {
      const receiver = await together.startHangar({ HANGAR_ROLES: 'receiver' });
      expect((await together.deliver(pingWebhook(shape))).status).toBe(202);
      expect(await receiver.end('SIGKILL')).toBe('SIGKILL');
      expect(await together.pongs()).toBe(index);
      const started = await together.startHangar();
      await until('the answer', async () => (await together.pongs()) > index);
      expect(await together.pongs()).toBe(index + 1);
      await started.end();
    }
  });

  it('at the moment of the answer, with more webhooks on their way: what was accepted is handled, the rest sent again', async () => {
    const items = (await together.world()).workItems.filter(
      ({ workspaceId }) => workspaceId === SAMPLE.workspaceId,
    );
    const events = items.map((item, index) => pingWebhook(index % 2 === 0 ? 'v1' : 'v2', item));
    const attempts = events.map((body) => together.deliver(body).catch(() => undefined));
    expect(await Promise.race(attempts)).toMatchObject({ status: 202 });
    await together.hangar.end('SIGKILL');
    const answers = await Promise.all(attempts);
    await together.startHangar();
    for (const [index, body] of events.entries()) {
      const again = await together.deliver(body);
      const id = answers[index]?.body.id;
      if (id) expect(again).toEqual({ status: 200, body: { status: 'duplicate', id } });
      else expect([200, 202]).toContain(again.status);
    }
    await drainedQueue(together.database, { impatient: !FULL_SIZE });
    for (const item of items) expect(await together.pongs(item)).toBeGreaterThan(0);
  });

  it('while a handler waits for a slow Plane: it runs again after the start', async () => {
    await together.plane.post('/faults', { match: '/api/v1/', kind: 'slow', ms: 600_000, times: 1 });
    expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
    await until('the handler to wait for Plane', async () => (await together.world()).faults.length === 0);
    expect(await unfinishedJobs()).toBe(1);
    await together.hangar.end('SIGKILL');
    await together.startHangar();
    await drainedQueue(together.database, { impatient: !FULL_SIZE });
    expect(await together.pongs()).toBe(1);
    // Plane has the answer before the server has heard so and written it down.
    await until('the second attempt in the log', () => /"attempt":2\b/.test(together.hangar.log));
  });
});

async function unfinishedJobs(): Promise<number> {
  const rows = await together.database.query(`SELECT FROM pgboss.job WHERE state <> 'completed'`);
  return rows.length;
}
