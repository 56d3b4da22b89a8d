import { describe, expect, it } from '@jest/globals';
import { fieldKey, isMemberChange, workItemChanges } from './work-item-changes.js';

const OPEN = '053a9fb4-155f-4615-b465-315494e86eca';
const DONE = '6fff90c9-c8d3-4906-b694-f7d97f7453ee';
const ZOE = '5c0a5eb4-489f-4f95-bc93-d27c8ebdadfe';
const BOB = '5cc657c1-a484-42b2-8cd5-fa1aac353e7d';
const DATA = {
  state: { id: DONE, name: 'Done' },
  assignees: [
    { id: BOB, display_name: 'bob' },
    { id: ZOE, display_name: 'zoë' },
    { id: ZOE, display_name: 'zoë' },
  ],
  labels: [{ id: 'l1', name: 'bug' }],
};

const activity = (
  field: string,
  values: readonly unknown[],
  identifiers: readonly unknown[] = [null, null],
): object => ({
  field,
  old_value: values[0],
  new_value: values[1],
  old_identifier: identifiers[0],
  new_identifier: identifiers[1],
});
const changes = (given: object, data: object = DATA): object => {
  const { field } = given as { field: string };
  return workItemChanges(field, given as Record<string, unknown>, data as Record<string, unknown>);
};

describe('the changes of a field that v1 announces by name and by id', () => {
  const both = { state: { old: 'Todo', new: 'Done' }, state_id: { old: OPEN, new: DONE } };
  const byId = { state: { new: 'Done' }, state_id: { old: OPEN, new: DONE } };

  it.each([
    ['by name, with ids', activity('state', ['Todo', 'Done'], [OPEN, DONE]), both],
    ['by id', activity('state_id', [OPEN, DONE]), byId],
    ['by id, with ids', activity('state_id', [OPEN, DONE], [OPEN, DONE]), byId],
    ['by id under the plain name, as v1.3 does', activity('state', [OPEN, DONE]), byId],
    ['by name alone', activity('state', ['Todo', 'Done']), { ...both, state_id: { new: DONE } }],
  ])('are both, from a webhook %s', (_, given, expected) => {
    expect(changes(given)).toEqual(expected);
  });

  it.each([
    [
      activity('parent', [null, 'WEB-2'], [null, DONE]),
      { parent: { old: null, new: 'WEB-2' }, parent_id: { old: null, new: DONE } },
    ],
    [activity('parent_id', [OPEN, null]), { parent_id: { old: OPEN, new: null } }],
    [activity('parent', [null, DONE]), { parent_id: { old: null, new: DONE }, parent: { old: null } }],
    [
      activity('estimate_categories', [null, '5'], [null, DONE]),
      { estimate_categories: { old: null, new: '5' }, estimate_point: { old: null, new: DONE } },
    ],
    [activity('estimate_point', [null, DONE]), { estimate_point: { old: null, new: DONE } }],
    [
      activity('cycles', ['Sprint', null], [OPEN, null]),
      { cycles: { old: 'Sprint', new: null }, cycle_id: { old: OPEN, new: null } },
    ],
    [
      activity('description', ['<p>a</p>', '<p>b</p>']),
      {
        description: { old: '<p>a</p>', new: '<p>b</p>' },
        description_html: { old: '<p>a</p>', new: '<p>b</p>' },
      },
    ],
    [activity('priority', ['none', 'high']), { priority: { old: 'none', new: 'high' } }],
    [activity('sort_order', [1, 2.5]), { sort_order: { old: 1, new: 2.5 } }],
  ])('%j gives %j', (given, expected) => {
    expect(changes(given)).toEqual(expected);
  });
});

describe('the changes of a list', () => {
  it.each([
    ['assignee_ids', [[ZOE], [ZOE, BOB]], { old: [ZOE], new: [ZOE, BOB] }, { old: ['zoë'], new: ['zoë', 'bob'] }],
    ['assignees', [[ZOE], [ZOE, BOB]], { old: [ZOE], new: [ZOE, BOB] }, { old: ['zoë'], new: ['zoë', 'bob'] }],
    ['assignee_ids', [null, [ZOE]], { old: [], new: [ZOE] }, { old: [], new: ['zoë'] }],
    ['assignee_ids', [[DONE], []], { old: [DONE], new: [] }, { new: [] }],
  ])('are lists of ids and of names: %s %j', (field, values, ids, names) => {
    expect(changes(activity(field, values))).toEqual({ assignee_ids: ids, assignees: names });
  });

  it('are complete lists where the webhook names one member, as far as the work item has them', () => {
    expect(changes(activity('assignees', [null, 'bob'], [null, BOB]))).toEqual({
      assignee_ids: { old: [ZOE], new: [BOB, ZOE] },
      assignees: { old: ['zoë'], new: ['bob', 'zoë'] },
    });
    expect(changes(activity('assignees', ['bob', null], [BOB, null]))).toEqual({
      assignee_ids: { old: [BOB, ZOE], new: [ZOE] },
      assignees: { old: ['bob', 'zoë'], new: ['zoë'] },
    });
    expect(changes(activity('labels', [null, 'bug']))).toEqual({
      label_ids: { new: ['l1'] },
      labels: { new: ['bug'] },
    });
    expect(changes(activity('assignees', ['bob', null], [BOB, null]), {})).toEqual({});
  });

  it.each([
    [activity('assignees', [null, 'bob'], [null, BOB]), true],
    [activity('labels', ['bug', ''], ['l1', null]), true],
    [activity('assignees', [[ZOE], []]), false],
    [activity('assignee_ids', [[ZOE], []]), false],
    [activity('state', ['Todo', 'Done']), false],
    [{}, false],
  ])('are announced by %j for one member: %s', (given, expected) => {
    expect(isMemberChange(given as Record<string, unknown>)).toBe(expected);
  });
});

describe('the key of a field', () => {
  it.each([
    ['state', 'state_id'],
    ['state_id', 'state_id'],
    ['labels', 'label_ids'],
    ['estimate_points', 'estimate_point'],
    ['description', 'description_html'],
    ['priority', 'priority'],
  ])('%s is %s', (field, key) => {
    expect(fieldKey(field)).toBe(key);
  });
});
