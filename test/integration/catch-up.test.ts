import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SAMPLE } from '../../simulator/world/seed.js';
import { CatchUpService } from '../../src/catch-up/catch-up.service.js';
import { CatchUpScene } from '../support/catch-up-scene.js';
import { until } from '../support/until.js';

describe.each(['v2', 'v1', 'ce'] as const)('a catch-up of changes that Plane announces as %s', (shape) => {
  let scene: CatchUpScene;
  let deleted: string;

  beforeAll(async () => {
    scene = await CatchUpScene.start(shape);
    deleted = String(
      (await scene.api('POST', `projects/${SAMPLE.projectId}/work-items/`, { name: 'to be deleted' }))['id'],
    );
    await until('its webhook', () => scene.received.all.length > 0);
    await settled();
    await scene.catchUp(1); // remembers what there is
    scene.received.all.length = 0;
    scene.received.announced.length = 0;
  });

  afterAll(async () => scene.stop());

  /** Every webhook is stored, and every run has ended. */
  const settled = async (): Promise<void> => {
    await until('the webhooks to be stored', async () => {
      const { deliveries } = (await scene.plane.state()) as unknown as { deliveries: { status: string }[] };
      return deliveries.every(({ status }) => status === 'delivered' || status === 'dropped');
    });
    await scene.idle();
  };
  const names = (): string[] =>
    scene.received.all.map(({ name, changes }) => [name, ...Object.keys(changes)].join(' '));

  it('recovers each change once, in order, and recognises webhooks that come late', async () => {
    await scene.webhook(false);
    await scene.at(-60);
    await scene.api('PATCH', scene.item(), { priority: 'high' });
    await scene.at(-55);
    await scene.api('PATCH', scene.item(), { state: SAMPLE.startedStateId });
    await scene.at(-50);
    await scene.api('PATCH', scene.item(), { assignees: [SAMPLE.adminId], labels: [SAMPLE.bugLabelId] });
    await scene.at(-45);
    const { id: comment } = await scene.api('POST', `${scene.item()}comments/`, { comment_html: '<p>one</p>' });
    await scene.at(-40);
    await scene.api('PATCH', `${scene.item()}comments/${String(comment)}/`, { comment_html: '<p>two</p>' });
    await scene.api('DELETE', scene.item(deleted));
    await scene.at(-35);
    const { id: created } = await scene.api('POST', `projects/${SAMPLE.projectId}/work-items/`, { name: 'new' });
    await scene.at(-30);
    await scene.api('PATCH', scene.item(), { state: SAMPLE.todoStateId });
    await scene.at(0);
    const run = await scene.catchUp(120);
    expect(run).toMatchObject({ state: 'done', error: null, unrecoverable: 0 });
    await scene.idle();
    const ofItem = scene.received.all.filter(({ workItem }) => workItem?.id === SAMPLE.workItemId);
    expect(ofItem.map(({ name }) => name)).toEqual([
      'workitem.updated',
      'workitem.updated',
      'workitem.updated',
      'workitem.updated',
      'workitem.comment.created',
      'workitem.comment.updated',
      'workitem.updated',
    ]);
    expect(names()).toContain('workitem.deleted');
    expect(ofItem.map(({ source }) => source)).toEqual(ofItem.map(() => 'catch-up'));
    expect(ofItem[0]?.changes).toMatchObject({ priority: { old: 'none', new: 'high' } });
    expect(ofItem[1]?.changes).toMatchObject({
      state: { old: 'Todo', new: 'In Progress' },
      state_id: { old: SAMPLE.todoStateId, new: SAMPLE.startedStateId },
    });
    expect(scene.received.all.some(({ changes }) => changes['assignee_ids'])).toBe(true);
    expect(scene.received.all.find(({ changes }) => changes['assignee_ids'])?.changes).toMatchObject({
      assignee_ids: { old: [], new: [SAMPLE.adminId] },
    });
    expect(scene.received.all.find(({ name }) => name === 'workitem.created')).toMatchObject({ entityId: created });
    expect(run.recovered).toBe(scene.received.all.length);
    expect(scene.received.announced).toEqual([]);

    const count = scene.received.all.length;
    const again = await scene.catchUp(120);
    expect(again).toMatchObject({ recovered: 0 });
    await scene.webhook(true);
    await scene.plane.post('/webhook/send-dropped');
    await settled();
    expect(scene.received.all.slice(count).map(({ name, changes }) => [name, changes])).toEqual([]);
    expect(scene.received.announced.length).toBeGreaterThan(0);
  });

  it('finds nothing where every change was announced', async () => {
    const count = scene.received.all.length;
    await scene.api('PATCH', scene.item(), { priority: 'low', name: 'Another' });
    await scene.api('POST', `${scene.item()}comments/`, { comment_html: '<p>three</p>' });
    await until('the webhooks', () => scene.received.all.length >= count + 2);
    await settled();
    const before = scene.received.all.length;
    await scene.database.query(`UPDATE catch_up_states SET seen_to = seen_to`);
    const run = await scene.catchUp(1);
    expect(run).toMatchObject({ state: 'done', recovered: 0 });
    expect(scene.received.all.length).toBe(before);
    expect(await scene.context.get(CatchUpService).gaps(scene.installation.id)).toEqual([]);
  });
});
