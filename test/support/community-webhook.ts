import { FIXTURE_SECRET, sign } from './hangar-with-simulator.js';
import { type RecordedWebhook } from './recorded-community.js';

/** States. */
export const [TODO, DONE] = ['053a9fb4-155f-4615-b465-315494e86eca', '6fff90c9-c8d3-4906-b694-f7d97f7453ee'] as const;
/** People. */
export const [ZOE, BOB] = ['5c0a5eb4-489f-4f95-bc93-d27c8ebdadfe', '5cc657c1-a484-42b2-8cd5-fa1aac353e7d'] as const;
/** Labels. */
export const [BUG, LATER] = ['f7b3f57b-2bf1-4b5a-80a2-f61384387c8c', '6bf098aa-19d7-4ed3-bc16-c2f5d1dccd2a'] as const;
/** The workspace of {@link madeWebhook}. */
export const WORKSPACE = 'd8c81091-0386-49de-89bc-9393c7db95e4';
/** When every work item was created. */
export const CREATED = '2026-11-28T19:07:17.728214Z';

const person = (id: string, name: string): object => ({ id, display_name: name });
/** ZOE, as Plane sends a person. */
export const zoe = person(ZOE, 'zoë');
/** BOB, as Plane sends a person. */
export const bob = person(BOB, 'bob');

/** `updated_at` so many milliseconds after the edit. */
const at = (ms: number): string => new Date(Date.parse('2026-11-28T19:10:00.100Z') + ms).toISOString();

/** What a webhook has that differs from an update of a work item. */
export interface Given {
  readonly event?: string;
  readonly action?: unknown;
  readonly data?: object;
  readonly activity?: object | null;
  readonly ms?: number;
}

/** An edit of a field of the work item. */
export const edit = (
  field: string,
  [old, now]: readonly unknown[],
  ids: readonly unknown[] = [],
  more: Given = {},
): Given => ({
  ...more,
  activity: {
    field,
    old_value: old,
    new_value: now,
    old_identifier: ids[0] ?? null,
    new_identifier: ids[1] ?? null,
    actor: zoe,
  },
});
/** An edit of the state, as v0.20 to v0.26.0 announce it. */
export const state = (from: string, to: string, ms = 0): Given[] => [
  edit('state', [from, to], [idOf(from), idOf(to)], { ms }),
  edit('state_id', [idOf(from), idOf(to)], [], { ms }),
];
const idOf = (name: string): string => (name === 'Todo' ? TODO : DONE);

/** A signed webhook about this entity. */
export function madeWebhook(
  id: string,
  { event = 'issue', action = 'updated', data = {}, activity, ms = 0 }: Given,
): Pick<RecordedWebhook, 'body' | 'headers'> {
  const record = {
    id,
    state: { id: DONE, name: 'Done', group: 'completed' },
    created_at: CREATED,
    updated_at: at(ms),
    ...data,
  };
  const ids = { webhook_id: `webhook of ${id}`, workspace_id: WORKSPACE };
  const body = Buffer.from(JSON.stringify({ event, action, ...ids, data: record, activity }));
  return { body, headers: { 'content-type': 'application/json', 'x-plane-signature': sign(body, FIXTURE_SECRET) } };
}
