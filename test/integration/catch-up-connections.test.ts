import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CatchUpTiming } from '../../src/catch-up/catch-up-timing.js';
import { DEFAULT_CONNECTION } from '../../src/config/plane-connection.js';
import { type Installation } from '../../src/installations/installation.js';
import { CatchUpScene, OTHER } from '../support/catch-up-scene.js';
import { until } from '../support/until.js';

describe('a workspace that two connections have', () => {
  let scene: CatchUpScene;
  let other: Installation;

  beforeAll(async () => {
    scene = await CatchUpScene.start('v2');
    other = await scene.installBy(OTHER);
    scene.arriving = [DEFAULT_CONNECTION, OTHER];
    await scene.at(-180);
    await scene.api('PATCH', scene.item(), { priority: 'low' });
    await scene.at(0);
    await received(2);
    for (const installation of [scene.installation, other]) await scene.catchUp(1, installation); // reads the lists
  });

  afterAll(async () => scene.stop());

  async function received(count: number): Promise<void> {
    await until(`${count} events`, () => scene.received.all.length === count);
    await scene.idle();
  }

  it('recovers for one what webhooks announced to the other alone', async () => {
    scene.arriving = [OTHER];
    await scene.at(-60);
    await scene.api('PATCH', scene.item(), { priority: 'high' });
    await scene.api('POST', `${scene.item()}comments/`, { comment_html: '<p>one</p>' });
    await scene.at(0);
    await received(4);
    expect(await scene.catchUp(120, other)).toMatchObject({ state: 'done', recovered: 0, known: 2 });
    expect(await scene.catchUp(120)).toMatchObject({ state: 'done', recovered: 2, known: 0 });
    await received(6);
    expect(scene.received.all.slice(4).map(({ source }) => source)).toEqual(['catch-up', 'catch-up']);
  });

  it('takes a late webhook for a duplicate where that connection recovered the change, and not in the other', async () => {
    const before = scene.received.all.length;
    await scene.webhook(false);
    await scene.at(-40);
    await scene.api('PATCH', scene.item(), { priority: 'urgent' });
    await scene.at(0);
    expect(await scene.catchUp(60)).toMatchObject({ recovered: 1 });
    scene.arriving = [DEFAULT_CONNECTION, OTHER];
    await scene.webhook(true);
    await scene.plane.post('/webhook/send-dropped');
    await received(before + 2);
    expect(scene.received.all.slice(before).map(({ source }) => source)).toEqual(['catch-up', 'v2']);
    const late = await scene.database.query<{ connection: string }>(
      `SELECT connection_id AS connection FROM delivery_outcomes JOIN deliveries ON deliveries.id = delivery_id
       WHERE state = 'folded' AND deliveries.source = 'v2' AND handler LIKE '%everything'`,
    );
    expect(late).toEqual([{ connection: DEFAULT_CONNECTION }]);
  });

  it('finds that the webhook of one is disabled while that of the other sends', async () => {
    const { database, context } = scene;
    Object.assign(context.get(CatchUpTiming), { settleSeconds: 0 });
    scene.arriving = [OTHER];
    await scene.at(-5);
    await scene.api('PATCH', scene.item(), { priority: 'none' });
    await scene.at(0);
    await until('the webhook of the other', () => scene.received.all.at(-1)?.changes['priority']?.new === 'none');
    await database.query(
      `UPDATE deliveries SET received_at = received_at - interval '20 hours' WHERE connection_id = $1`,
      [DEFAULT_CONNECTION],
    );
    await database.query(`UPDATE catch_up_states SET seen_to = now() - interval '1 hour'`);
    const { runs, state } = await scene.check();
    expect(runs[0]).toMatchObject({ reason: 'missed', state: 'done', recovered: 1 });
    expect(state?.missedSince).toEqual(await scene.changedAt());
  });
});
