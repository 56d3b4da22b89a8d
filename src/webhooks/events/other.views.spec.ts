import { describe, expect, it } from '@jest/globals';
import { normaliseDelivery } from './normalise.js';
import { type PlaneEvent } from './plane-event.js';

const WORK_ITEM = '775c5716-5302-4617-bb9f-2cd843911268';

function eventOf(payload: object): PlaneEvent {
  const given = { workspace_id: 'w', ...payload };
  const body = Buffer.from(JSON.stringify(given));
  return normaliseDelivery({ body, payload: given, receivedAt: new Date(0) });
}

const v2 = (event: string, data: object, entityId = 'e1'): PlaneEvent =>
  eventOf({ version: 'v2', event_id: 'id', event, entity_id: entityId, data });
const v1 = (event: string, action: string, data: object): PlaneEvent => eventOf({ event, action, data });

describe('the views of an event', () => {
  it('are those of a project, a cycle, a module and a page, alike for v1 and v2', () => {
    const project = { id: 'p1', name: 'Website', identifier: 'WEB', project_lead: 'ada' };
    const view = { id: 'p1', name: 'Website', identifier: 'WEB', leadId: 'ada' };
    expect([v1('project', 'created', project).project, v2('project.created', project).project]).toEqual([view, view]);
    expect(v2('cycle.updated', { id: 'c1', project: 'p1', start_date: '2026-01-31', owned_by_id: 'u' }).cycle).toEqual({
      id: 'c1',
      projectId: 'p1',
      startDate: '2026-01-31',
      ownerId: 'u',
    });
    expect(v1('module', 'updated', { id: 'm1', status: 'in-progress', members: ['a', { id: 'b' }] }).module).toEqual({
      id: 'm1',
      status: 'in-progress',
      memberIds: ['a', 'b'],
    });
    expect(v2('page.created', { id: 'g1', name: 'Plan', access: 1 }).page).toEqual({
      id: 'g1',
      name: 'Plan',
      access: 'private',
    });
  });

  it('have the id of an entity that was deleted', () => {
    expect(v1('module', 'deleted', { id: 'm1' }).module).toEqual({ id: 'm1' });
    expect(v2('page.deleted', {}, 'g1').page).toEqual({ id: 'g1' });
  });

  it('are those of the parts of a work item, nested in it or on their own', () => {
    const link = { id: 'l1', url: 'https://example.com', title: 'Log' };
    expect(v2('workitem.link.created', { id: WORK_ITEM, link }, WORK_ITEM)).toMatchObject({ link });
    expect(v2('workitem.link.created', { ...link, issue: WORK_ITEM }, WORK_ITEM)).toMatchObject({
      link,
      workItem: { id: WORK_ITEM },
    });
    expect(v2('workitem.link.deleted', { id: WORK_ITEM }, WORK_ITEM).link).toEqual({ id: '' });
    const attributes = { name: 'a.png', size: 10, type: 'image/png' };
    expect(v2('workitem.attachment.created', { id: 'f1', attributes }, WORK_ITEM).attachment).toEqual({
      id: 'f1',
      ...attributes,
    });
    const relation = { id: 'r1', relation_type: 'blocked_by', related_issue: 'other' };
    expect(v2('workitem.relation.created', relation, WORK_ITEM).relation).toEqual({
      id: 'r1',
      type: 'blocked_by',
      relatedWorkItemId: 'other',
    });
  });

  it('have only values that their types promise', () => {
    const item = { id: 'w1', priority: 'severe', state: { id: 's', group: 'parked' }, sequence_id: 7 };
    expect(v1('issue', 'created', item).workItem).toEqual({ id: 'w1', stateId: 's', sequenceId: 7 });
    expect(
      v1('issue', 'created', { ...item, priority: 'high', state: { id: 's', group: 'started' } }).workItem,
    ).toEqual({
      id: 'w1',
      stateId: 's',
      stateGroup: 'started',
      priority: 'high',
      sequenceId: 7,
    });
    expect(v1('module', 'updated', { id: 'm1', status: 'lost' }).module).toEqual({ id: 'm1' });
  });
});
