import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type PlaneEvent } from 'hangar';
import { CommunityScene } from '../support/community-scene.js';
import { FIXTURE_SECRET, sign } from '../support/hangar-with-simulator.js';
import { recordedWebhooks } from '../support/recorded-community.js';

const [TODO, DONE] = ['053a9fb4-155f-4615-b465-315494e86eca', '6fff90c9-c8d3-4906-b694-f7d97f7453ee'] as const;
const [BUG, LATER] = ['f7b3f57b-2bf1-4b5a-80a2-f61384387c8c', '6bf098aa-19d7-4ed3-bc16-c2f5d1dccd2a'] as const;
const WORKSPACE = 'd8c81091-0386-49de-89bc-9393c7db95e4';

type Given = Readonly<Record<string, unknown>>;

describe('names that another webhook about the same change has', () => {
  let scene: CommunityScene;

  beforeEach(async () => {
    scene = await CommunityScene.start([FIXTURE_SECRET]);
    await scene.install(WORKSPACE);
  });

  afterEach(async () => {
    await scene.stop();
  });

  const receive = async (payload: object): Promise<string> => {
    const body = Buffer.from(JSON.stringify({ ...payload, workspace_id: WORKSPACE }));
    const headers = { 'content-type': 'application/json', 'x-plane-signature': sign(body, FIXTURE_SECRET) };
    return scene.receive({ body, headers });
  };

  /** An edit of a new work item, which was created before. */
  const edit = async (
    [field, old, now]: readonly unknown[],
    ids: readonly unknown[] = [],
    data: Given = {},
  ): Promise<string> => {
    const times = { created_at: '2026-11-28T19:07:17.728Z', updated_at: '2026-11-28T19:10:00.100Z' };
    const values = { field, old_value: old, new_value: now, old_identifier: ids[0], new_identifier: ids[1] };
    const own = { id: randomUUID(), state: { id: DONE, name: 'Done' }, ...times, ...data };
    const rest = { activity: { ...values, actor: null }, event: 'issue', action: 'updated', webhook_id: 'w1' };
    return receive({ ...rest, data: own });
  };
  const byId = (data: Given = {}): Promise<string> => edit(['state_id', TODO, DONE], [], data);
  const byName = (data: Given = {}): Promise<string> => edit(['state', 'Todo', 'Done'], [TODO, DONE], data);
  const events = async (): Promise<PlaneEvent[]> => {
    await scene.finished();
    return scene.eventsOf(() => true);
  };

  const RECORDED = ['app: state_id', 'app: parent_id', 'app: estimate_point', 'app: label_ids'];
  it.each(RECORDED)('are in the one event, also where they arrive last: %s', async (cause) => {
    const webhooks = recordedWebhooks('v0.26.0').filter((webhook) => webhook.cause === cause);
    for (const { payload } of webhooks.toReversed()) await receive(payload);
    const [reversed, ...more] = await events();
    expect(more).toEqual([]);
    const item = randomUUID();
    const changes = reversed?.changes;
    for (const { payload } of webhooks)
      await receive({ ...payload, data: { ...(payload['data'] as Given), id: item } });
    const all = await events();
    expect(all.map((event) => event.changes)).toEqual([changes, changes]);
    const sides = Object.values(changes ?? {}).map((change) => Object.keys(change ?? {}).toSorted());
    expect(sides).toEqual([
      ['new', 'old'],
      ['new', 'old'],
    ]);
  });

  it('are waited for, but not by a webhook of a release that sends none', async () => {
    expect(await scene.waitOf(await byId())).toBe(3);
    expect(await scene.waitOf(await byId({ description_json: {} }))).toBe(0);
    expect((await events()).map(({ changes }) => changes['state'])).toEqual([{ new: 'Done' }, { new: 'Done' }]);
    const next = await byId();
    expect(await scene.waitOf(next)).toBe(0);
  });

  it('are waited for again once names have arrived, until they stay away', async () => {
    await byId();
    await scene.finished();
    await byName();
    expect(await scene.waitOf(await byId())).toBe(3);
    await scene.finished();
    expect(await scene.waitOf(await byId())).toBe(0);
  });

  it('end the wait when they arrive', async () => {
    const id = randomUUID();
    const first = await byId({ id });
    await byName({ id });
    expect(await scene.waitOf(first)).toBeLessThan(3);
    expect(await events()).toMatchObject([{ changes: { state: { old: 'Todo', new: 'Done' } } }]);
  });

  it('are those of the removed members of a list, which its record has no longer', async () => {
    const data = { id: randomUUID(), labels: [{ id: LATER, name: 'later' }] };
    await edit(['labels', 'bug', null], [BUG, null], data);
    await edit(['labels', null, 'later'], [null, LATER], data);
    await edit(['label_ids', [BUG], [LATER]], [], data);
    expect(await events()).toMatchObject([
      { changes: { label_ids: { old: [BUG], new: [LATER] }, labels: { old: ['bug'], new: ['later'] } } },
    ]);
  });
});
