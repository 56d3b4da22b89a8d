import { describe, expect, it } from '@jest/globals';
import { recorded } from '../../../test/fixtures/recorded.js';
import { normaliseDelivery } from './normalise.js';
import { normaliseV2 } from './normalise-v2.js';
import { parsePayload } from './payload-parser.js';
import { type PlaneEvent } from './plane-event.js';

type Fields = Record<string, unknown>;

function receive(body: Buffer): PlaneEvent {
  return normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date(0) });
}

const normalise = (payload: unknown) => receive(Buffer.from(JSON.stringify(payload)));

describe('v2 payloads', () => {
  const v2 = (fields: Fields) => ({ ...recorded('v2-workitem-updated'), ...fields });

  it('turn "None" into null in data and in previous attributes', () => {
    const event = normalise(
      v2({
        data: { id: 'i', type_id: 'None', name: 'None' },
        previous_attributes: { type_id: 'None', priority: 'low' },
      }),
    );
    expect(event.data).toEqual({ id: 'i', type_id: null, name: 'None' });
    expect(event.changes).toEqual({ type_id: { old: null, new: null }, priority: { old: 'low' } });
    expect(event.raw).toMatchObject({ data: { type_id: 'None' } });
  });

  it('read the views of a deleted entity from its previous attributes', () => {
    expect(normalise(recorded('v2-workitem-deleted'))).toMatchObject({
      data: {},
      changes: {},
      workItem: { name: 'webhook test 3', projectId: '59e3be42-87ec-4950-99a3-ae639cf2b089' },
    });
  });

  it.each([
    [
      { id: 'l', url: 'u', title: 't', issue_id: 'i', project_id: 'p' },
      { id: 'i', projectId: 'p' },
    ],
    [{ id: 'l', name: 'file.png' }, { id: 'e' }],
    [
      { id: 'e', name: 'Work item', project_id: 'p' },
      { id: 'e', name: 'Work item', projectId: 'p' },
    ],
    [{}, { id: 'e' }],
  ])('find the work item of a link in %j', (data, workItem) => {
    const event = normalise(v2({ event: 'workitem.link.created', entity_id: 'e', entity_type: 'issue_link', data }));
    expect(event).toMatchObject({ entityId: 'e', entityType: 'issue_link' });
    expect(event.workItem).toEqual(workItem);
  });

  it('have the old and the new text of a comment', () => {
    const data = { id: 'e', comment: { id: 'c', comment_stripped: 'now', actor_id: 'u' } };
    const event = normalise(
      v2({
        event: 'workitem.comment.updated',
        entity_id: 'e',
        data,
        previous_attributes: { comment_stripped: 'before' },
      }),
    );
    expect(event.changes).toEqual({ comment_stripped: { old: 'before', new: 'now' } });
    expect(event).toMatchObject({ comment: { id: 'c', text: 'now', actorId: 'u' }, actor: { id: 'u' } });
  });

  it('use the work item around a comment, even where the entity is the comment', () => {
    const data = { id: 'i', name: 'n', comment: { id: 'c', issue_id: 'i' } };
    const event = normalise(
      v2({ event: 'workitem.comment.created', entity_id: 'c', entity_type: 'issue_comment', data }),
    );
    expect(event).toMatchObject({ entityId: 'c', workItem: { id: 'i', name: 'n' }, comment: { id: 'c' } });
  });

  it('read a deleted comment, bare or nested in its work item', () => {
    const deleted = (previous: Fields) =>
      normalise(v2({ event: 'workitem.comment.deleted', entity_id: 'e', data: {}, previous_attributes: previous }));
    const said = { id: 'c', comment_stripped: 'was', actor_id: 'u' };
    const expected = { workItem: { id: 'e' }, comment: { id: 'c', text: 'was', actorId: 'u' } };
    expect(deleted({ ...said, issue_id: 'e' })).toMatchObject(expected);
    expect(deleted({ id: 'e', comment: said })).toMatchObject(expected);
    expect(deleted(said)).not.toHaveProperty('actor');
  });

  it.each([
    ['workitem.created', { id: 'a' }],
    ['workitem.updated', { id: 'b' }],
    ['workitem.archived', { id: 'b' }],
    ['workitem.deleted', undefined],
  ])('derive the actor of %s as %j', (event, actor) => {
    expect(normalise(v2({ event, data: { created_by_id: 'a', updated_by_id: 'b' } })).actor).toEqual(actor);
  });

  it('have no actor where the last editor is unknown', () => {
    expect(normalise(v2({ data: { created_by_id: 'a', updated_by_id: 'None' } }))).not.toHaveProperty('actor');
  });

  it.each(['workitem.exploded', 'Something', 'WebhookScope.ScopeChoices.WORK_ITEM_EXPLODED'])(
    'keep the unknown name %s',
    (event) => {
      expect(normalise(v2({ event })).name).toBe(event);
    },
  );

  it('have the work item of an unknown event below a work item', () => {
    expect(normalise(v2({ event: 'workitem.reaction.added', entity_id: 'e', data: { id: 'r' } })).workItem).toEqual({
      id: 'e',
    });
  });

  it('keep special JavaScript keys harmless', () => {
    const text = '{"__proto__": {"polluted": "None"}, "constructor": {"prototype": {"polluted": 1}}}';
    const body = JSON.stringify(v2({ event: 'workitem.comment.updated' })).replace(
      /"data":.*$/,
      `"data": ${text}, "previous_attributes": ${text}, "__proto__": {"polluted": 1, "entity_id": "no"}}`,
    );
    const event = receive(Buffer.from(body));
    expect(Object.keys(event.changes)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(event.changes)).toBe(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it.each([
    ['<p>see <mention-component entity_identifier="u1"></mention-component></p>', 'see', 'see @u1'],
    ['<table><tr><th>a</th><td>b</td></tr></table>', 'ab', 'a\tb'],
    ['<p>plain</p>', 'plain as Plane strips it', 'plain as Plane strips it'],
  ])('reads the text of the comment %j from what has all of it', (comment_html, comment_stripped, text) => {
    const payload = recorded('v2-workitem-comment-created');
    const data = { id: 'w', comment: { id: 'c', comment_html, comment_stripped } };
    expect(normaliseV2({ ...payload, data }).views.comment?.text).toBe(text);
  });
});
