import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ROLES } from '../../src/config/role.js';
import { SAMPLE } from '../../simulator/world/seed.js';
import { drainedQueue } from '../support/drained-queue.js';
import { FULL_SIZE } from '../support/full-size.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

let together: HangarWithSimulator;

beforeAll(async () => {
  together = await HangarWithSimulator.start({ environment: { HANGAR_ROLES: 'receiver' } });
  await together.install();
});

afterAll(async () => {
  await together.stop();
});

/** Kills the only server, so that its jobs are not leased any more, and starts one of every role. */
async function killAndStart(): Promise<void> {
  expect(await together.hangar.end('SIGKILL')).toBe('SIGKILL');
  // The heartbeats of the dead are missed after 40 seconds.
  if (!FULL_SIZE)
    await together.database.query(
      `UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE state = 'active'`,
    );
  await together.startHangar({ HANGAR_ROLES: ROLES.join() });
}

describe('a server that is killed', () => {
  it('between accepting and handling a webhook handles it after the restart', async () => {
    for (const shape of ['v1', 'v2'] as const) expect((await together.deliver(pingWebhook(shape))).status).toBe(202);
    await killAndStart();
    await until('the answers', async () => (await together.pongs()) === 2);
    await drainedQueue(together.database);
    expect(await together.pongs()).toBe(2);
  });

  it('while it responds handles every accepted webhook after the restart, and the rest are retried', async () => {
    const items = (await together.world()).workItems.filter(({ workspaceId }) => workspaceId === SAMPLE.workspaceId);
    const before = await Promise.all(items.map((item) => together.pongs(item)));
    const events = items.map((item, index) => pingWebhook(index % 2 === 0 ? 'v1' : 'v2', item));
    const attempts = events.map((body) => together.deliver(body).catch(() => undefined));
    expect(await Promise.race(attempts)).toMatchObject({ status: 202 });
    const [answers] = await Promise.all([Promise.all(attempts), killAndStart()]);
    for (const [index, body] of events.entries()) {
      const again = await together.deliver(body);
      const id = answers[index]?.body.id;
      if (id) expect(again).toEqual({ status: 200, body: { status: 'duplicate', id } });
      else expect([200, 202]).toContain(again.status);
    }
    await drainedQueue(together.database);
    for (const [index, item] of items.entries()) expect(await together.pongs(item)).toBeGreaterThan(before[index] ?? 0);
  });

  it('while a handler waits for a slow Plane runs the handler again after the restart', async () => {
    const before = await together.pongs();
    await together.plane.post('/faults', { match: '/api/v1/', kind: 'slow', ms: 600_000, times: 1 });
    expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
    await until('the handler to wait for Plane', async () => (await together.world()).faults.length === 0);
    await until('no other job to be left', async () => (await unfinishedJobs()) === 1);
    await killAndStart();
    await drainedQueue(together.database);
    expect(await together.pongs()).toBe(before + 1);
    // Plane has the answer before the server has heard so and written it down.
    await until('the second attempt in the log', () => /"attempt":2\b/.test(together.hangar.log));
  });
});

async function unfinishedJobs(): Promise<number> {
  const rows = await together.database.query(`SELECT FROM pgboss.job WHERE state <> 'completed'`);
  return rows.length;
}
