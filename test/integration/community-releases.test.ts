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
  state,
  TODO,
  WORKSPACE,
  ZOE,
  zoe,
} from '../support/community-webhook.js';
import { FIXTURE_SECRET } from '../support/hangar-with-simulator.js';

const noActivity = (action: string, ms = 0): Given => ({
  action,
  activity: null,
  ms,
  data: { updated_by: ZOE, created_by: ZOE },
});

/** What arrives, by the releases that send it so, and the names and changes of the events that handlers receive. */
const CASES: readonly (readonly [title: string, arrives: readonly Given[], events: readonly object[]])[] = [
  ['v0.20: state twice', state('Todo', 'Done'), [{ changes: { state_id: { old: TODO, new: DONE } } }]],
  [
    'v0.20: state there and back within a second',
    [...state('Todo', 'Done'), ...state('Done', 'Todo', 300), ...state('Todo', 'Done', 600)],
    [
      { changes: { state: { old: 'Todo', new: 'Done' } } },
      { changes: { state: { old: 'Done', new: 'Todo' } } },
      { changes: { state: { old: 'Todo', new: 'Done' } } },
    ],
  ],
  [
    'v0.24: priority twice, with another updated_at',
    [edit('priority', ['none', 'high']), edit('priority', ['none', 'high'], [], { ms: 37 })],
    [{ changes: { priority: { old: 'none', new: 'high' } } }],
  ],
  [
    'v1.1: two edits of the priority within a second',
    [edit('priority', ['none', 'high']), edit('priority', ['high', 'low'], [], { ms: 400 })],
    [{ changes: { priority: { new: 'high' } } }, { changes: { priority: { new: 'low' } } }],
  ],
  [
    'v1.2: priority there, back and there within a second',
    [
      edit('priority', ['none', 'high']),
      edit('priority', ['high', 'none'], [], { ms: 300 }),
      edit('priority', ['none', 'high'], [], { ms: 600 }),
    ],
    [{}, {}, {}],
  ],
  [
    'v0.23.1: assignees before created',
    [
      edit('assignees', [null, 'zoë'], [null, ZOE], { data: { updated_at: CREATED, assignees: [zoe] } }),
      { action: 'created', activity: { field: null, actor: zoe }, data: { updated_at: CREATED, assignees: [zoe] } },
    ],
    [{ name: 'workitem.created', workItem: { assigneeIds: [ZOE] } }],
  ],
  [
    'v0.24: assignees after created, two of them',
    [
      {
        action: 'created',
        activity: { field: null, actor: zoe },
        data: { updated_at: CREATED, assignees: [zoe, bob] },
      },
      edit('assignees', [null, 'zoë'], [null, ZOE], { data: { updated_at: CREATED, assignees: [zoe, bob] } }),
      edit('assignees', [null, 'bob'], [null, BOB], { data: { updated_at: CREATED, assignees: [zoe, bob] } }),
    ],
    [{ name: 'workitem.created' }],
  ],
  [
    'v0.26.0: one person added whose list does not arrive',
    [edit('assignees', [null, 'bob'], [null, BOB], { data: { assignees: [bob, zoe, zoe] } })],
    [
      {
        changes: {
          assignee_ids: { old: [ZOE], new: [BOB, ZOE] },
          assignees: { old: ['zoë'], new: ['bob', 'zoë'] },
        },
        workItem: { assigneeIds: [BOB, ZOE] },
      },
    ],
  ],
  [
    'v0.26.0: the list before its labels',
    [
      edit('label_ids', [[BUG], [LATER]], [], {
        data: {
          labels: [
            { id: LATER, name: 'later' },
            { id: BUG, name: 'bug' },
          ],
        },
      }),
      edit('labels', [null, 'later'], [null, LATER], { ms: 20 }),
      edit('labels', ['bug', null], [BUG, null], { ms: 40 }),
    ],
    [
      {
        changes: { label_ids: { old: [BUG], new: [LATER] }, labels: { old: ['bug'], new: ['later'] } },
        workItem: { labelIds: [LATER] },
      },
    ],
  ],
  [
    'v0.27.1: a removed person whom the work item still lists',
    [edit('assignee_ids', [[ZOE, BOB], [ZOE]], [], { data: { assignees: [bob, zoe, zoe] } })],
    [{ changes: { assignee_ids: { old: [ZOE, BOB], new: [ZOE] } }, workItem: { assigneeIds: [ZOE] } }],
  ],
  [
    'v0.27.1: a person who was removed before',
    [
      edit('assignee_ids', [[], [ZOE]], [], { data: { assignees: [zoe] } }),
      edit('assignee_ids', [[ZOE], []], [], { data: { assignees: [zoe] }, ms: 2000 }),
      edit('priority', ['none', 'high'], [], { data: { assignees: [zoe] }, ms: 4000 }),
    ],
    [{ workItem: { assigneeIds: [ZOE] } }, { workItem: { assigneeIds: [] } }, { workItem: { assigneeIds: [] } }],
  ],
  [
    'v1.3.0: an edit by API',
    [
      edit('state', [TODO, DONE]),
      edit('assignees', [[ZOE], [ZOE, BOB]], [], { data: { assignees: [zoe, bob] } }),
      edit('parent', [null, TODO]),
    ],
    [
      { changes: { state_id: { old: TODO, new: DONE }, state: { new: 'Done' } } },
      { changes: { assignee_ids: { old: [ZOE], new: [ZOE, BOB] }, assignees: { old: ['zoë'], new: ['zoë', 'bob'] } } },
      { changes: { parent_id: { old: null, new: TODO } } },
    ],
  ],
  [
    'v0.19: create, update and delete without an activity',
    [
      noActivity('create'),
      noActivity('update', 500),
      { action: 'delete', data: { updated_at: undefined } },
      {
        event: 'issue_comment',
        action: 'create',
        data: { id: 'c1', issue: 'i', actor: BOB, comment_html: '<p>a</p>' },
      },
    ],
    [
      { name: 'workitem.created', actor: { id: ZOE }, changes: {} },
      { name: 'workitem.updated', actor: { id: ZOE }, changes: {} },
      { name: 'workitem.deleted' },
      { name: 'workitem.comment.created', comment: { text: 'a', actorId: BOB } },
    ],
  ],
  [
    'v0.26.0: activity null, and a status as the action',
    [
      { action: 'updated', activity: null },
      {
        event: 'intake_issue',
        action: -1,
        data: { id: 'in1', status: -1, issue: 'i9', issue_detail: { id: 'i9', name: 'Eingang' } },
        activity: { field: 'intake', old_value: 'Pending', new_value: 'Rejected', actor: zoe },
      },
    ],
    [
      { name: 'workitem.updated', changes: {} },
      {
        name: 'intake_issue.updated',
        changes: { intake: { old: 'Pending', new: 'Rejected' } },
        workItem: { id: 'i9', name: 'Eingang' },
      },
    ],
  ],
];

describe('webhooks as other releases of the community edition send them', () => {
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
});
