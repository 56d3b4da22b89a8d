import { describe, expect, it } from '@jest/globals';
import { counterpartOf, pairOf } from './work-item-changes.js';

const DATA = {
  state: { id: 's2', name: 'Done' },
  labels: [{ id: 'l1', name: 'bug' }],
  assignee_ids: ['a1'],
};

describe('a field that v1 announces twice', () => {
  it.each([
    ['state', 'state'],
    ['state_id', 'state'],
    ['label_ids', 'labels'],
    ['assignees', 'assignees'],
    ['priority', undefined],
  ])('%s belongs to the pair %s', (field, pair) => {
    expect(pairOf(field)).toBe(pair);
  });

  it.each<[string, object, unknown]>([
    ['state', { old_identifier: 's1', new_identifier: 's2' }, ['state_id', { old: 's1', new: 's2' }]],
    ['state', {}, ['state_id', { new: 's2' }]],
    ['state_id', { old_identifier: 's1' }, ['state', { new: 'Done' }]],
    ['labels', { old_identifier: null }, ['label_ids', { new: ['l1'] }]],
    ['label_ids', {}, ['labels', { new: [{ id: 'l1', name: 'bug' }] }]],
    ['assignees', {}, ['assignee_ids', { new: ['a1'] }]],
    ['assignee_ids', {}, undefined],
    ['priority', { new_identifier: 'x' }, undefined],
  ])('%s with %j also gives %j', (field, activity, counterpart) => {
    expect(counterpartOf(field, activity as Record<string, unknown>, DATA)).toEqual(counterpart);
  });
});
