import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CommunityScene } from '../support/community-scene.js';
import {
  BOB,
  bob,
  BUG,
  CREATED,
  DONE,
  edit,
  type Given,
  LATER,
  madeWebhook,
  state,
  TODO,
  WORKSPACE,
  ZOE,
  zoe,
} from '../support/community-webhook.js';
import { FIXTURE_SECRET } from '../support/hangar-with-simulator.js';

const [FIRST, SECOND] = ['ec34ce19-7a58-4a7c-9d5c-2f2a0f0b6f11', '7d4bfc7a-0a3e-4c6b-8f0a-1f4b9f0e2c22'] as const;

/** What is a part of a work item: announced as the work item itself, created, updated or deleted. */
const part = (action: string, field: string, values: readonly unknown[], ids: readonly unknown[], ms = 0): Given =>
  // A deleted entity's data has just its id.
  edit(field, values, ids, { action, ms, ...(action === 'deleted' && { data: ID_ALONE }) });
const ID_ALONE = { state: undefined, created_at: undefined, updated_at: undefined };

/** A change of a part, and what its event has. */
const changed = (
  name: string,
  byId: string,
  [old, now]: readonly unknown[],
  [from, to]: readonly unknown[],
): object => ({ name: 'workitem.updated', changes: { [name]: { old, new: now }, [byId]: { old: from, new: to } } });

const partsOf = (name: string, byId: string, one: string, other: string): (readonly [string, Given[], object[]])[] => [
  [
    `v0.20: ${name} added, changed and removed`,
    [
      part('created', name, [null, one], [null, FIRST]),
      part('updated', name, [one, other], [FIRST, SECOND], 2000),
      part('deleted', name, [other, null], [SECOND, null]),
    ],
    [
      changed(name, byId, [null, one], [null, FIRST]),
      changed(name, byId, [one, other], [FIRST, SECOND]),
      changed(name, byId, [other, null], [SECOND, null]),
    ],
  ],
  [
    `v0.24: ${name} added, removed and added again within a second`,
    [
      part('created', name, [null, one], [null, FIRST]),
      part('deleted', name, [one, null], [FIRST, null]),
      part('created', name, [null, one], [null, FIRST], 400),
    ],
    [{}, { changes: { [name]: { old: one, new: null } } }, {}],
  ],
];

/** Edits in the app of v0.20 to v0.26.0, which announces each twice: the same field, or by two names. */
const twice = (field: string, other: string, values: readonly unknown[]): readonly [string, Given[], object[]] => [
  `v0.25: ${field} and ${other}, mixed with the edit back`,
  [
    edit(field, values),
    edit(field, values.toReversed(), [], { ms: 300 }),
    edit(other, values, [], { ms: 23 }),
    edit(other, values.toReversed(), [], { ms: 341 }),
  ],
  [
    { changes: { [other]: { old: values[0], new: values[1] } } },
    { changes: { [other]: { old: values[1], new: values[0] } } },
  ],
];

const withPeople = (...people: object[]): Given => ({ data: { assignees: people, updated_at: CREATED } });
const comment = (html: string, more: Given = {}): Given => ({
  event: 'issue_comment',
  action: 'created',
  activity: { field: null, old_value: null, new_value: null, actor: zoe },
  ...more,
  data: { issue: FIRST, actor: ZOE, comment_html: html, state: undefined, ...more.data },
});
const mention = (id: string, more = 'entity_name="user_mention"'): string =>
  `<p>hi <mention-component id="m1" entity_identifier="${id}" ${more}></mention-component></p>`;

/** What arrives, by the releases that send it so, and what the events that handlers receive have; none more. */
const CASES: readonly (readonly [title: string, arrives: readonly Given[], events: readonly object[]])[] = [
  ...partsOf('reaction', 'reaction_id', '128077', '128078'),
  ...partsOf('link', 'link_id', 'https://example.com/a', 'https://example.com/b'),
  ...partsOf('cycles', 'cycle_id', 'Sprint 1', 'Sprint 2'),
  ...partsOf('modules', 'module_id', 'Module 1', 'Module 2'),
  [
    'v0.22: two people react alike, and one of them in two ways',
    [
      part('created', 'reaction', [null, '128077'], [null, FIRST]),
      part('created', 'reaction', [null, '128078'], [null, SECOND], 20),
      { ...part('created', 'reaction', [null, '128077'], [null, LATER], 40) },
    ],
    [{}, {}, {}],
  ],
  [
    'v0.21: an attachment and a vote',
    [
      part('created', 'attachment', [null, 'https://example.com/f.png'], [null, FIRST]),
      part('created', 'vote', [null, 1], [null, null], 50),
    ],
    [
      { name: 'workitem.updated', changes: { attachment: { old: null, new: 'https://example.com/f.png' } } },
      { name: 'workitem.updated', changes: { vote: { old: null, new: 1 } } },
    ],
  ],
  twice('name', 'name', ['one', 'two']),
  twice('target_date', 'target_date', ['2026-12-31', '2027-01-31']),
  twice('description', 'description_html', ['<p>one</p>', '<p>two</p>']),
  [
    'v0.22: state there, back and there within a second, each announced by id first',
    [
      ...state('Todo', 'Done').toReversed(),
      ...state('Done', 'Todo', 300).toReversed(),
      ...state('Todo', 'Done', 600).toReversed(),
    ],
    [
      { changes: { state: { old: 'Todo', new: 'Done' }, state_id: { old: TODO, new: DONE } } },
      { changes: { state: { old: 'Done', new: 'Todo' }, state_id: { old: DONE, new: TODO } } },
      { changes: { state: { old: 'Todo', new: 'Done' }, state_id: { old: TODO, new: DONE } } },
    ],
  ],
  [
    'v0.22: a parent that is taken off, and points, by name last',
    [
      edit('parent_id', [TODO, null]),
      edit('parent', ['WEB-2', null], [TODO, null], { ms: 31 }),
      edit('estimate_point', [FIRST, SECOND], [], { ms: 2000 }),
      edit('estimate_points', ['3', '5'], [FIRST, SECOND], { ms: 2040 }),
    ],
    [
      { changes: { parent_id: { old: TODO, new: null }, parent: { old: 'WEB-2', new: null } } },
      { changes: { estimate_point: { old: FIRST, new: SECOND }, estimate_points: { old: '3', new: '5' } } },
    ],
  ],
  [
    'v0.23.1: a person is added and removed within a second',
    [
      edit('assignees', [null, 'bob'], [null, BOB], { data: { assignees: [bob, zoe] } }),
      edit('assignee_ids', [[ZOE], [ZOE, BOB]], [], { data: { assignees: [bob, zoe] }, ms: 11 }),
      edit('assignees', ['bob', null], [BOB, null], { data: { assignees: [bob, zoe] }, ms: 420 }),
      edit('assignee_ids', [[ZOE, BOB], [ZOE]], [], { data: { assignees: [bob, zoe] }, ms: 431 }),
    ],
    [
      { changes: { assignee_ids: { old: [ZOE], new: [ZOE, BOB] } }, workItem: { assigneeIds: [ZOE, BOB] } },
      { changes: { assignee_ids: { old: [ZOE, BOB], new: [ZOE] } }, workItem: { assigneeIds: [ZOE] } },
    ],
  ],
  [
    'v0.25: two people and a label before created',
    [
      edit('assignees', [null, 'zoë'], [null, ZOE], withPeople(zoe, bob)),
      edit('assignees', [null, 'bob'], [null, BOB], withPeople(zoe, bob)),
      { action: 'created', activity: { field: null, actor: zoe }, ...withPeople(zoe, bob) },
    ],
    [{ name: 'workitem.created', workItem: { assigneeIds: [ZOE, BOB] } }],
  ],
  [
    'v0.25: a person of a new work item whose creation is not announced',
    [edit('assignees', [null, 'zoë'], [null, ZOE], withPeople(zoe))],
    [{ name: 'workitem.updated', changes: { assignee_ids: { old: [], new: [ZOE] } } }],
  ],
  [
    'v0.27.1: raw lists, of which one was null, with people who were removed',
    [
      edit('assignee_ids', [null, [ZOE]], [], { data: { assignees: [bob, zoe, zoe] } }),
      edit('label_ids', [[], [BUG]], [], { data: { labels: [{ id: BUG, name: 'bug' }] }, ms: 2000 }),
      edit('estimate_point', [null, FIRST], [], { ms: 4000 }),
    ],
    [
      { changes: { assignee_ids: { old: [], new: [ZOE] } }, workItem: { assigneeIds: [ZOE] } },
      { changes: { label_ids: { old: [], new: [BUG] }, labels: { old: [], new: ['bug'] } } },
      { changes: { estimate_point: { old: null, new: FIRST } } },
    ],
  ],
  [
    'v1.3.2: by API, from and to nothing, with ids',
    [
      edit('assignees', [[], [ZOE]], [], { data: { assignees: [zoe] } }),
      edit('labels', [[BUG], null], [], { data: { labels: [] }, ms: 10 }),
      edit('parent', [TODO, null], [], { ms: 20 }),
      edit('estimate_point', [FIRST, null], [], { ms: 30 }),
    ],
    [
      { changes: { assignee_ids: { old: [], new: [ZOE] }, assignees: { old: [], new: ['zoë'] } } },
      { changes: { label_ids: { old: [BUG], new: [] } }, workItem: { labelIds: [] } },
      { changes: { parent_id: { old: TODO, new: null } } },
      { changes: { estimate_point: { old: FIRST, new: null } } },
    ],
  ],
  [
    'v0.22: numbers as actions',
    [-2, -1, 0, 1, 2].map((status) => ({
      event: 'intake_issue',
      action: status,
      data: { status, issue: FIRST, state: undefined },
      activity: { field: 'intake', old_value: 'Pending', new_value: `${status}`, actor: zoe },
    })),
    [-2, -1, 0, 1, 2].map((status) => ({
      name: 'intake_issue.updated',
      changes: { intake: { old: 'Pending', new: `${status}` } },
      workItem: { id: FIRST },
    })),
  ],
  [
    'v0.22: a number as the action of the work item, about its intake',
    [edit('intake', ['Pending', 'Accepted'], [], { action: 1 })],
    [{ name: 'workitem.updated', changes: { intake: { old: 'Pending', new: 'Accepted' } } }],
  ],
  [
    'v0.26.1: no activity at anything',
    [
      { action: 'created', activity: null },
      comment('<p>a</p>', { activity: null }),
      { event: 'project', activity: null },
      { event: 'cycle', action: 'created', activity: null },
      { event: 'module', action: 'deleted', activity: null, data: ID_ALONE },
    ],
    [
      { name: 'workitem.created', changes: {} },
      { name: 'workitem.comment.created', comment: { text: 'a' }, actor: { id: ZOE } },
      { name: 'project.updated', changes: {} },
      { name: 'cycle.created', changes: {} },
      { name: 'module.deleted', changes: {} },
    ],
  ],
  [
    'v0.27.1: mentions, of which one has a name in the payload',
    [comment(mention(ZOE)), comment(mention(BOB), { ms: 1000 }), comment(mention(BOB, ''), { ms: 2000 })],
    [
      { comment: { text: 'hi @zoë', mentions: [{ id: ZOE }] } },
      { comment: { text: `hi @${BOB}`, mentions: [{ id: BOB }] } },
      { comment: { text: `hi @${BOB}`, mentions: [{ id: BOB }] } },
    ],
  ],
  [
    'v0.19: ids instead of people, labels and a state',
    [
      {
        action: 'create',
        data: { assignees: [ZOE, BOB, ZOE], labels: [BUG], state: DONE, created_by: ZOE, priority: 'high' },
      },
    ],
    [
      {
        name: 'workitem.created',
        actor: { id: ZOE },
        workItem: { assigneeIds: [ZOE, BOB], labelIds: [BUG], stateId: DONE, priority: 'high' },
      },
    ],
  ],
];

describe('webhooks that were not recorded, as the releases of the community edition send them', () => {
  let scene: CommunityScene;
  let titles: ReadonlyMap<string, string>;

  beforeAll(async () => {
    scene = await CommunityScene.start([FIXTURE_SECRET]);
    await scene.install(WORKSPACE);
    titles = await scene.receiveCases(CASES);
  });

  afterAll(async () => {
    await scene.stop();
  });

  it.each(CASES)('%s', (title, _, expected) => {
    const events = scene.eventsOf((delivery) => titles.get(delivery) === title);
    expect(events).toMatchObject(expected);
    expect(events).toHaveLength(expected.length);
  });

  it('v0.27.1, by another connection: a person who was removed before', async () => {
    const id = randomUUID();
    const data = { assignees: [bob, bob] };
    await scene.eventBy('second', madeWebhook(id, edit('assignee_ids', [[BOB], []], [], { data })));
    const later = edit('priority', ['none', 'high'], [], { data, ms: 4000 });
    expect((await scene.eventBy('second', madeWebhook(id, later))).workItem).toMatchObject({ assigneeIds: [] });
    expect((await scene.eventBy('third', madeWebhook(id, later))).workItem).toMatchObject({ assigneeIds: [BOB] });
  });
});
