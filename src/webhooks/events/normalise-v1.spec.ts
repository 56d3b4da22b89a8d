import { describe, expect, it } from '@jest/globals';
import { recorded } from '../../../test/fixtures/recorded.js';
import { normaliseDelivery } from './normalise.js';
import { parsePayload } from './payload-parser.js';
import { type PlaneEvent } from './plane-event.js';

type Fields = Record<string, unknown>;

function receive(body: Buffer): PlaneEvent {
  return normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date(0) });
}

const normalise = (payload: unknown) => receive(Buffer.from(JSON.stringify(payload)));

describe('v1 payloads', () => {
  const v1 = (fields: Fields) => ({ ...recorded('v1-issue-created'), ...fields });
  const comment = (data: Fields) => normalise({ ...recorded('v1-issue_comment-created'), data });
  const activity = (fields: Fields) => ({
    ...(recorded('v1-issue-created')['activity'] as Fields),
    ...fields,
  });

  it('have the same id on a retry, and another id for another body', () => {
    const [state, again, stateId] = ['state', 'state', 'state_id'].map((field) =>
      normalise(recorded(`v1-issue-updated-${field}`)),
    );
    expect(again?.id).toBe(state?.id);
    expect(stateId?.id).not.toBe(state?.id);
    expect(state?.id).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each([
    ['issue', 'create', 'workitem.created'],
    ['issue', 'update', 'workitem.updated'],
    ['Issue', 'Deleted', 'workitem.deleted'],
    ['issue_comment', 'delete', 'workitem.comment.deleted'],
    ['cycle_issue', 'created', 'cycle_issue.created'],
    ['intake_issue', 1, 'intake_issue.updated'],
    ['Rocket', 'Launched', 'rocket.launched'],
    ['issue', 'exploded', 'issue.exploded'],
  ])('name %s %s as %s', (event, action, name) => {
    expect(normalise(v1({ event, action }))).toMatchObject({ name, action: name.split('.').at(-1) });
  });

  it('read states, assignees and labels given as ids or as objects', () => {
    const data = { id: 'i', state: 's', assignees: ['a', { id: 'b' }], labels: [{ id: 'l' }, {}, null] };
    expect(normalise(v1({ data })).workItem).toEqual({
      id: 'i',
      stateId: 's',
      assigneeIds: ['a', 'b'],
      labelIds: ['l'],
    });
    expect(normalise(v1({ data: { id: 'i', state_id: 's', assignee_ids: [] } })).workItem).toEqual({
      id: 'i',
      stateId: 's',
      assigneeIds: [],
    });
  });

  it.each<[Fields, Fields]>([
    [
      { field: 'state', old_value: 'Todo', new_value: 'Done', old_identifier: '1' },
      {
        state: { old: 'Todo', new: 'Done' },
        state_id: { old: '1', new: '067b88e5-304b-4221-ba09-94340dcc36e5' },
      },
    ],
    [
      { field: 'state_id', old_value: 'Todo', old_identifier: '1', new_identifier: '2' },
      { state_id: { old: '1', new: '2' }, state: { new: 'Todo' } },
    ],
    [{ field: 'parent_id', old_value: null, new_value: 'p' }, { parent_id: { old: null, new: 'p' } }],
    [{ field: null }, {}],
    [{}, {}],
  ])('read from the activity %j the changes %j', (fields, changes) => {
    expect(normalise(v1({ action: 'updated', activity: fields })).changes).toEqual(changes);
  });

  it('do not read a removed link as a deleted work item', () => {
    const link = { field: 'link', old_value: 'https://example.com', new_value: null };
    const event = normalise(v1({ action: 'deleted', data: { id: 'i' }, activity: activity(link) }));
    expect(event).toMatchObject({
      name: 'workitem.updated',
      changes: { link: { old: 'https://example.com', new: null } },
    });
    expect(normalise(v1({ action: 'created', activity: activity({ field: 'cycles' }) })).name).toBe('workitem.updated');
    expect(normalise(v1({ action: 'deleted', activity: activity({ field: 'issue' }) })).name).toBe('workitem.deleted');
  });

  it('read a comment without comment_stripped from its HTML', () => {
    expect(comment({ id: 'c', comment_html: '<p>a &amp; b</p>' }).comment).toEqual({
      id: 'c',
      text: 'a & b',
      html: '<p>a &amp; b</p>',
    });
    expect(comment({ id: 'c', comment_stripped: 'x', comment_html: '<p>y</p>' }).comment?.text).toBe('x');
  });

  it('uses the author of a comment as actor where the activity has none', () => {
    const data = { id: 'c', issue: 'i', actor: { id: 'u', display_name: 'zoë' } };
    expect(normalise({ ...recorded('v1-issue_comment-created'), data, activity: undefined }).actor).toEqual({
      id: 'u',
    });
  });

  it('have no work item for a deleted comment', () => {
    const event = normalise({
      ...recorded('v1-issue_comment-created'),
      action: 'deleted',
      data: { id: 'c' },
    });
    expect(event).toMatchObject({ name: 'workitem.comment.deleted', comment: { id: 'c', text: '' } });
    expect(event).not.toHaveProperty('workItem');
  });

  it.each([
    ['cycle_issue', { id: 'x', issue: 'i', project: 'p' }, { id: 'i', projectId: 'p' }],
    ['intake_issue', { id: 'x', issue: { id: 'i', name: 'n' } }, { id: 'i', name: 'n' }],
    ['module_issue', { id: 'x' }, undefined],
    ['cycle', { id: 'x', issue: 'i' }, undefined],
  ])('find the work item of %s in %j', (event, data, workItem) => {
    expect(normalise(v1({ event, data })).workItem).toEqual(workItem);
  });

  it('use a project as its own project', () => {
    expect(normalise(v1({ event: 'project', data: { id: 'p' } }))).toMatchObject({
      projectId: 'p',
      entityId: 'p',
    });
  });

  it('keep "None", which is not null in v1', () => {
    expect(normalise(v1({ data: { id: 'i', point: 'None' } })).data).toEqual({ id: 'i', point: 'None' });
  });
});
