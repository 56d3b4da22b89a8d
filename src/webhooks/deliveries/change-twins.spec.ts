import { describe, expect, it } from '@jest/globals';
import { duplicatesAmong, type StoredChange, waitingAmong } from './change-twins.js';

type Given = Partial<StoredChange> & Pick<StoredChange, 'updatedAt'>;

let count = 0;
const change = (given: Given): StoredChange => ({
  id: `d${(count += 1)}`,
  group: 'item/state_id',
  field: 'state_id',
  actor: 'zoë',
  values: 'todo→done',
  members: [],
  isMember: false,
  released: false,
  ...given,
});
const named = (given: Given): StoredChange => change({ field: 'state', ...given });
const priority = (values: string, updatedAt: number): StoredChange =>
  change({ group: 'item/priority', field: 'priority', values, updatedAt });
const list = (members: string[], given: Given): StoredChange =>
  change({ group: 'item/assignee_ids', field: 'assignee_ids', values: members.join(), members, ...given });
const member = (name: string, given: Given): StoredChange =>
  list([name], { field: 'assignees', isMember: true, ...given });

/** How many events handlers receive, where the webhooks arrive in this order. */
const events = (...arrived: StoredChange[]): number => arrived.length - duplicatesAmong(arrived, []).size;

describe('webhooks about one edit are one event', () => {
  it.each([0, 5, 50, 500, 4000])('that name the field differently, %d ms apart, in either order', (ms) => {
    const pair = [named({ updatedAt: 1000 }), change({ updatedAt: 1000 + ms })];
    expect([events(...pair), events(...pair.toReversed())]).toEqual([1, 1]);
  });

  it.each([0, 5, 50, 500])('that name the field alike, %d ms apart', (ms) => {
    expect(events(priority('none→high', 1000), priority('none→high', 1000 + ms))).toBe(1);
  });

  it('whatever is in between of other fields and other values', () => {
    const edits = [priority('none→high', 1000), change({ updatedAt: 1000 }), priority('high→low', 1400)];
    expect(events(...edits, priority('none→high', 1030), named({ updatedAt: 1010 }), priority('high→low', 1440))).toBe(
      3,
    );
  });
});

describe('two edits within a second are two events', () => {
  it.each([
    ['with other values', [priority('none→high', 1000), priority('high→low', 1200)], 2],
    [
      'there, back, and there again',
      ['none→high', 'high→none', 'none→high'].map((v, i) => priority(v, 1000 + 200 * i)),
      3,
    ],
    ['by two people', [change({ updatedAt: 1000 }), change({ updatedAt: 1000, actor: 'bob' })], 2],
    ['a second and more apart', [priority('none→high', 1000), priority('none→high', 2100)], 2],
    ['announced three times by one name', [1000, 1010, 1020].map((at) => priority('none→high', at)), 2],
  ])('%s', (_, arrived, expected) => {
    expect(events(...arrived)).toBe(expected);
  });

  it('of which each is announced by two names', () => {
    const webhooks = [
      ['todo→done', 1000],
      ['done→todo', 1200],
      ['todo→done', 1400],
    ] as const;
    const twice = webhooks.flatMap(([values, updatedAt]) => [
      named({ values, updatedAt }),
      change({ values, updatedAt }),
    ]);
    expect(events(...twice)).toBe(3);
  });
});

describe('a webhook about one member of a list', () => {
  it('belongs to the one with the lists that arrived before it', () => {
    const lists = list(['+bob', '-zoë'], { updatedAt: 1000 });
    expect(events(lists, member('+bob', { updatedAt: 1005 }), member('-zoë', { updatedAt: 1030 }))).toBe(1);
    expect(events(lists, member('-bob', { updatedAt: 1005 }))).toBe(2);
    expect(events(lists, member('+bob', { updatedAt: 7000 }))).toBe(2);
    expect(events(lists, member('+bob', { updatedAt: 1000, actor: 'bob' }))).toBe(2);
  });

  it('belongs to one list alone', () => {
    const [first, second] = [list(['+bob'], { updatedAt: 1000 }), list(['-bob'], { updatedAt: 1200 })];
    const again = list(['+bob'], { updatedAt: 1400 });
    const members = [member('+bob', { updatedAt: 1000 }), member('-bob', { updatedAt: 1200 })];
    expect(events(first, second, again, ...members, member('+bob', { updatedAt: 1400 }))).toBe(3);
  });

  it('waits no longer when its lists arrive', () => {
    const lists = list(['+bob'], { updatedAt: 1000 });
    const early = member('+bob', { updatedAt: 1000 });
    expect(waitingAmong([early], [lists])).toEqual([early.id]);
    expect(waitingAmong([member('-bob', { updatedAt: 1000 })], [lists])).toEqual([]);
    expect(
      waitingAmong(
        [
          { ...early, released: true },
          { ...early, into: lists.id },
        ],
        [lists],
      ),
    ).toEqual([]);
  });

  it('is not decided before the lists arrive, unless handlers have received it', () => {
    const lists = list(['+bob', '+zoë'], { updatedAt: 1000 });
    const early = member('+bob', { updatedAt: 1000 });
    expect(duplicatesAmong([lists], [early])).toEqual(new Map());
    expect(duplicatesAmong([lists], [{ ...early, released: true }])).toEqual(new Map([[lists.id, early.id]]));
  });
});
