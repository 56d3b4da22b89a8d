import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatchUpTiming } from '../../src/catch-up/catch-up-timing.js';
import { ReceiverHeartbeat } from '../../src/catch-up/receiver-heartbeat.service.js';
import { TrafficMonitorService } from '../../src/webhooks/traffic-monitor/traffic-monitor.service.js';
import { SAMPLE } from '../../simulator/world/seed.js';
import { CatchUpScene } from '../support/catch-up-scene.js';
import { until } from '../support/until.js';

describe('the check whether a webhook is alive', () => {
  let scene: CatchUpScene;

  beforeAll(async () => {
    scene = await CatchUpScene.start('v2');
    Object.assign(scene.context.get(CatchUpTiming), { quietSeconds: 0, settleSeconds: 0 });
    await scene.at(-180);
    await scene.api('PATCH', scene.item(), { priority: 'low' });
    await until('its webhook', () => scene.received.all.length === 1);
    await scene.check(); // reads the lists
    await scene.database.query(`UPDATE catch_up_states SET seen_to = now() - interval '3 hours'`);
  });

  afterAll(async () => scene.stop());

  const silent = async (): Promise<readonly boolean[]> => {
    const { workspaces } = await scene.context.get(TrafficMonitorService).survey();
    return workspaces.map((workspace) => workspace.silent);
  };

  const create = async (name: string): Promise<string> =>
    String((await scene.api('POST', `projects/${SAMPLE.projectId}/work-items/`, { name }))['id']);

  it('reads the lists of a new installation first', async () => {
    await scene.at(0);
    const { runs } = await scene.check();
    expect(runs).toMatchObject([{ reason: 'lists', state: 'done', recovered: 0 }]);
  });

  it('starts no catch-up where nothing changed, and then the workspace is not silent', async () => {
    await scene.database.query(`UPDATE deliveries SET received_at = now() - interval '20 hours'`);
    await scene.database.query(`UPDATE connection_traffic SET last_at = now() - interval '20 hours',
      watched_from = now() - interval '30 days', longest_gap_seconds = 60`);
    const before = await scene.check();
    expect(before.runs).toHaveLength(1);
    expect(before.state?.missedSince).toBeNull();
    expect(await silent()).toEqual([false]);
  });

  it('finds a disabled webhook by the first missed change, and catches up by itself', async () => {
    await scene.webhook(false);
    await scene.at(-30);
    await scene.api('PATCH', scene.item(), { priority: 'high' });
    await scene.at(0);
    const { runs, state } = await scene.check();
    expect(runs[0]).toMatchObject({ reason: 'missed', state: 'done', recovered: 1, unrecoverable: 0 });
    expect(state?.missedSince).toEqual(await scene.changedAt());
    await scene.idle();
    expect(scene.received.all.at(-1)).toMatchObject({ source: 'catch-up', changes: { priority: { new: 'high' } } });
    expect(await silent()).toEqual([true]);
  });

  it('keeps reading what changes while the webhook is disabled', async () => {
    await scene.api('POST', `${scene.item()}comments/`, { comment_html: '<p>/ping</p>' });
    const { runs } = await scene.check();
    expect(runs[0]).toMatchObject({ reason: 'missed', recovered: 1 });
    await scene.idle();
    expect(scene.received.all.at(-1)).toMatchObject({ name: 'workitem.comment.created', comment: { text: '/ping' } });
  });

  it('ends with the next webhook', async () => {
    await scene.webhook(true);
    await scene.api('PATCH', scene.item(), { priority: 'none' });
    await until('its webhook', () =>
      scene.received.announced.some(({ changes }) => changes['priority']?.new === 'none'),
    );
    const { state } = await scene.check();
    expect(state?.missedSince).toBeNull();
    expect(await silent()).toEqual([false]);
  });

  it('finds a disabled webhook by work items that are gone, but for those whose webhook says so', async () => {
    const [announced, missed] = [await create('announced'), await create('missed')];
    await until('their webhooks', () => scene.received.announced.some(({ workItem }) => workItem?.id === missed));
    const { runs: before } = await scene.check();
    await scene.api('DELETE', scene.item(announced));
    await until('its webhook', () => scene.received.announced.some(({ name }) => name === 'workitem.deleted'));
    expect((await scene.check()).runs).toEqual(before);
    await scene.webhook(false);
    await scene.api('DELETE', scene.item(missed));
    const { runs } = await scene.check();
    expect(runs[0]).toMatchObject({ reason: 'missed', state: 'done', recovered: 1, unrecoverable: 0 });
    await scene.idle();
    expect(scene.received.all.at(-1)).toMatchObject({ name: 'workitem.deleted', workItem: { id: missed } });
    for (let checks = 0; checks < 2; checks += 1) expect((await scene.check()).runs).toEqual(runs);
    await scene.webhook(true);
  });

  it('finds a deletion where there are as many work items as before: one was created long before the catch-up', async () => {
    const listed = await create('listed');
    await until('its webhook', () => scene.received.announced.some(({ workItem }) => workItem?.id === listed));
    await scene.catchUp(1);
    await scene.at(-180);
    const unlisted = await create('not listed yet');
    await until('its webhook', () => scene.received.announced.some(({ workItem }) => workItem?.id === unlisted));
    await scene.at(0);
    await scene.webhook(false);
    await scene.api('DELETE', scene.item(listed));
    expect(await scene.catchUp(1)).toMatchObject({ state: 'done', recovered: 1, unrecoverable: 0 });
    await scene.idle();
    expect(scene.received.all.at(-1)).toMatchObject({ name: 'workitem.deleted', workItem: { id: listed } });
    await scene.webhook(true);
  });

  it('catches up after no receiver ran for a while', async () => {
    const { context, database } = scene;
    const heartbeat = context.get(ReceiverHeartbeat);
    await heartbeat.beat();
    await database.query(`UPDATE receiver_heartbeat SET seen_at = now() - interval '3 hours'`);
    await heartbeat.beat();
    const { runs, state } = await scene.check();
    expect(runs[0]).toMatchObject({ reason: 'outage', state: 'done', recovered: 0 });
    expect(state?.suspectSince).toBeNull();
    const { runs: after } = await scene.check();
    expect(after.map(({ id }) => id)).toEqual(runs.map(({ id }) => id));
  });
});
