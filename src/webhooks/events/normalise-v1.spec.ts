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
      { state_id: { old: '1', new: '2' } },
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
      workItem: { id: 'i' },
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

  it('name who is mentioned by the display name where the payload has it, else by the id', () => {
    const mention = (id: string) =>
      `<mention-component entity_identifier="${id}" entity_name="user_mention"></mention-component>`;
    const html = `<p>${mention('u1')} and ${mention('u2')} and ${mention('u1')}</p>`;
    const event = normalise({
      ...recorded('v1-issue_comment-created'),
      data: { id: 'c', issue: 'i', comment_html: html },
      activity: { actor: { id: 'u1', display_name: 'zoë' } },
    });
    expect(event.comment).toMatchObject({ text: '@zoë and @u2 and @zoë', mentions: [{ id: 'u1' }, { id: 'u2' }] });
  });

  it.each(['created', 'deleted'])('of a comment with its text as the field are %s once', (action) => {
    const webhook = {
      ...recorded('v1-issue_comment-created'),
      action,
      data: { id: 'c' },
      activity: { field: 'description' },
    };
    const [one, other] = [normalise(webhook), normalise(webhook)];
    expect([one.changes, one.id]).toEqual([{}, other.id]);
  });

  it.each([
    ['comment', 'v0.20'],
    ['description', 'v0.26'],
    ['comment_html', 'v1.0'],
  ])('name the changed text of a comment comment_html: %s of %s', (field) => {
    const edited = { field, old_value: '<p>a</p>', new_value: '<p>b</p>' };
    const event = normalise({ ...recorded('v1-issue_comment-created'), action: 'updated', activity: edited });
    expect(event.changes).toEqual({ comment_html: { old: '<p>a</p>', new: '<p>b</p>' } });
  });

  it.each([
    ['create', { created_by: 'u1', updated_by: null }, 'u1'],
    ['update', { created_by: 'u1', updated_by: 'u2' }, 'u2'],
    ['delete', {}, undefined],
  ])('of %s without an activity, as up to v0.19, have the actor of the record', (action, users, id) => {
    const { activity: _, ...payload } = recorded('v1-issue-created');
    const event = normalise({ ...payload, action, data: { id: 'i', ...users } });
    expect([event.actor?.id, event.changes]).toEqual([id, {}]);
    expect(normalise({ ...payload, action, data: { id: 'i', ...users }, activity: null }).actor?.id).toBe(id);
  });

  it('have the lists after the change, although the record still has who was removed', () => {
    const data = { id: 'i', assignees: [{ id: 'a' }, { id: 'b' }, { id: 'b' }] };
    const removed = { field: 'assignee_ids', old_value: ['a', 'b'], new_value: [] };
    expect(normalise(v1({ action: 'updated', data, activity: removed })).workItem?.assigneeIds).toEqual([]);
    expect(normalise(v1({ data })).workItem?.assigneeIds).toEqual(['a', 'b']);
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
    ['intake_issue', { id: 'x', issue: 'i', issue_detail: { id: 'i', name: 'n' } }, { id: 'i', name: 'n' }],
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
