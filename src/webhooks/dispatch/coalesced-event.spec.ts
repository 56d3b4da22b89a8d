import { describe, expect, it } from '@jest/globals';
import { normaliseDelivery } from '../events/normalise.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { coalesced, updatesToCoalesce } from './coalesced-event.js';

const START = Date.parse('2026-01-31T09:00:00Z');

function update(
  field: string,
  values: readonly [old: unknown, now: unknown],
  { seconds = 0, action = 'updated', actor = 'ada', id = 'w1' } = {},
): PlaneEvent {
  const payload = {
    event: 'issue',
    action,
    workspace_id: 'w',
    data: { id, name: `after ${field}` },
    activity: { actor: { id: actor }, field, old_value: values[0], new_value: values[1] },
  };
  const body = Buffer.from(JSON.stringify(payload));
  return normaliseDelivery({ body, payload, receivedAt: new Date(START + seconds * 1000) });
}

describe('coalesced updates', () => {
  const first = update('priority', ['none', 'high']);

  it('have the changes of all updates, the id of the first and the entity of the last', () => {
    const duplicates = [
      update('name', ['a', 'b'], { seconds: 1 }),
      update('priority', ['high', 'low'], { seconds: 2 }),
    ];
    const event = coalesced(first, duplicates);
    expect(event.changes).toEqual({ priority: { old: 'none', new: 'low' }, name: { old: 'a', new: 'b' } });
    expect([event.id, event.receivedAt]).toEqual([first.id, first.receivedAt]);
    expect(event.data).toEqual({ id: 'w1', name: 'after priority' });
    expect(event.raw).toEqual(duplicates[1]?.raw);
  });

  it('are those within the time, up to another kind of event', () => {
    const name = update('name', ['a', 'b'], { seconds: 3 });
    const count = (...behind: PlaneEvent[]): number => updatesToCoalesce(first, behind, 5).length;
    expect(count(name, name)).toBe(2);
    expect(count(name, update('', [1, 1], { action: 'deleted' }), name)).toBe(1);
    expect(count(update('name', [1, 2], { actor: 'bob' }), name)).toBe(0);
    expect(count(update('name', [1, 2], { id: 'w2' }))).toBe(0);
    expect(count(name, update('name', ['b', 'c'], { seconds: 5.1 }))).toBe(1);
    expect(count()).toBe(0);
  });

  it('include no events but updates', () => {
    const created = update('', [1, 1], { action: 'created' });
    expect(updatesToCoalesce(created, [created], 5)).toEqual([]);
    expect(coalesced(created, [])).toBe(created);
  });
});
