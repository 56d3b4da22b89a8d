import { describe, expect, it } from '@jest/globals';
import { SAMPLE } from '../../../simulator/world/seed.js';
import { EVENT_NAMES } from '../../webhooks/events/event-table.js';
import { eventOf } from './event-of.js';

describe('eventOf', () => {
  it.each(EVENT_NAMES)('makes a complete event that the normaliser reads: %s', (name) => {
    const event = eventOf(name);
    expect(event.name).toBe(name);
    expect(event.workspaceId).toBe(SAMPLE.workspaceId);
    expect(event.entityId).not.toBe('');
    expect(event.id).not.toBe(eventOf(name).id);
    if (name.startsWith('workitem')) expect(event.workItem?.id).toBe(SAMPLE.workItemId);
  });

  it.each(['v1', 'v2', 'ce'] as const)('has the same views whatever the shape: %s', (shape) => {
    const event = eventOf('workitem.comment.created', {
      shape,
      workItem: { id: 'item', projectId: 'web' },
      comment: { id: 'comment', text: '/ping <now>' },
      actor: { id: 'mika' },
    });
    expect(event).toMatchObject({
      source: shape === 'v2' ? 'v2' : 'v1',
      workItem: { id: 'item', projectId: 'web' },
      comment: { id: 'comment', text: '/ping <now>', actorId: 'mika' },
      actor: { id: 'mika' },
    });
    expect(Object.hasOwn(event.data, 'comment_stripped')).toBe(shape === 'v1');
  });

  it.each(['v1', 'v2', 'ce'] as const)('has the change and the entity after it: %s', (shape) => {
    const changes = { priority: { old: 'low', new: 'urgent' } };
    const event = eventOf('workitem.updated', { shape, changes, workItem: { assigneeIds: ['mika'], name: 'A' } });
    expect(event.changes).toMatchObject(changes);
    expect(event.workItem).toMatchObject({ priority: 'urgent', assigneeIds: ['mika'], name: 'A' });
  });

  it('has the state that v1 announces by its id', () => {
    const changes = { state_id: { old: SAMPLE.todoStateId, new: SAMPLE.startedStateId } };
    const event = eventOf('workitem.updated', { shape: 'ce', changes });
    expect(event.changes['state_id']).toEqual(changes.state_id);
    expect(event.workItem.stateId).toBe(SAMPLE.startedStateId);
  });

  it('has a prompt of an agent run', () => {
    const event = eventOf('agent_run.prompted', {
      prompt: { id: 'prompt', text: 'and now?', signal: 'stop' },
      agentRun: { id: 'run' },
      actor: { id: 'mika' },
    });
    expect(event).toMatchObject({
      id: 'prompt',
      agentRun: { id: 'run', status: 'in_progress' },
      prompt: { text: 'and now?', signal: 'stop', actorId: 'mika' },
      workItem: { id: SAMPLE.workItemId },
    });
  });

  it('takes the fields of the entity in Plane’s spelling, the id and the time', () => {
    const receivedAt = new Date('2026-05-04T12:00:00Z');
    const event = eventOf('cycle.created', { id: 'event', data: { end_date: '2026-06-01' }, receivedAt });
    expect(event).toMatchObject({ id: 'event', data: { end_date: '2026-06-01' }, receivedAt });
  });

  it('rejects what Plane does not send', () => {
    expect(() => eventOf('milestone.created', { shape: 'ce' })).toThrow('Plane does not send milestone.created');
    const changes = { name: { new: 'A' }, priority: { new: 'low' } };
    expect(() => eventOf('workitem.updated', { shape: 'v1', changes })).toThrow('a webhook for each changed field');
  });
});
