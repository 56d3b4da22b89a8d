import { describe, expect, it } from '@jest/globals';
import { recorded } from '../../../test/fixtures/recorded.js';
import { deliveryKey } from './event-identity.js';
import { normaliseDelivery } from './normalise.js';
import { parsePayload } from './payload-parser.js';
import { type PlaneEvent } from './plane-event.js';

type Fields = Record<string, unknown>;

function receive(body: Buffer): PlaneEvent {
  return normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date(0) });
}

const normalise = (payload: unknown) => receive(Buffer.from(JSON.stringify(payload)));

describe('agent payloads', () => {
  const prompt = (fields: Fields) => ({ ...recorded('agent_run_activity-prompted'), ...fields });

  it('reads a run that was created', () => {
    const event = normalise(recorded('agent_run-created'));
    expect(event).toMatchObject({
      name: 'agent_run.created',
      entityType: 'agent_run',
      agentRun: { status: 'created' },
    });
    expect(event.id).toBe(event.agentRun?.id);
    expect(event).not.toHaveProperty('prompt');
  });

  it('reads a prompt and its signal', () => {
    const stop = normalise(recorded('agent_run_activity-stop'));
    expect(stop).toMatchObject({ name: 'agent_run.prompted', prompt: { text: 'stop', signal: 'stop' } });
    expect(stop.id).toBe(stop.prompt?.id);
  });

  it('keeps the keys of a run and of an activity with the same id apart', () => {
    const run = normalise({ ...recorded('agent_run-created'), agent_run: { id: 'x' } });
    const activity = normalise(prompt({ agent_run_activity: { id: 'x' } }));
    expect(run.id).toBe(activity.id);
    expect(deliveryKey(run)).not.toBe(deliveryKey(activity));
  });

  it('does not read an unknown action on a run as its creation', () => {
    const stopped = normalise({ ...recorded('agent_run-created'), action: 'stopped' });
    expect(stopped.name).toBe('agent_run.stopped');
    expect(deliveryKey(stopped)).not.toBe(deliveryKey(normalise(recorded('agent_run-created'))));
  });

  it('accepts a prompt with the fewest fields', () => {
    const event = normalise({
      type: 'agent_run_activity',
      action: 'prompted',
      workspace_id: 'w',
      agent_run_activity: { id: 'a', agent_run: 'r', content: null },
    });
    expect(event).toMatchObject({
      agentRun: { id: 'r', status: 'unknown' },
      prompt: { id: 'a', text: '', signal: 'continue' },
    });
    expect(Object.keys(event)).not.toContain('workItem');
    expect(Object.values(event)).not.toContain(undefined);
  });

  it('has every field of a run that Plane sends', () => {
    const agent_run = {
      ...(recorded('agent_run-created')['agent_run'] as Fields),
      creator: 'u1',
      source_comment: 'c2',
      status: 'stopped',
      ended_at: '2026-01-15T10:31:00Z',
      stopped_at: '2026-01-15T10:30:30Z',
      stopped_by: 'u2',
      external_link: 'https://example.com/r',
      error_metadata: { code: 7 },
    };
    expect(normalise({ ...recorded('agent_run-created'), agent_run }).agentRun).toEqual({
      id: 'c0ffee00-0000-4000-8000-000000000001',
      status: 'stopped',
      type: 'comment_thread',
      agentUserId: '7286aaa7-9250-4851-a520-29c904fd7654',
      creatorId: 'u1',
      workItemId: '775c5716-5302-4617-bb9f-2cd843911268',
      projectId: '59e3be42-87ec-4950-99a3-ae639cf2b089',
      commentId: '4797f841-c731-4e55-971f-d9cfe1938dfb',
      sourceCommentId: 'c2',
      startedAt: new Date('2026-01-15T10:30:00Z'),
      endedAt: new Date('2026-01-15T10:31:00Z'),
      stoppedAt: new Date('2026-01-15T10:30:30Z'),
      stoppedBy: 'u2',
      externalLink: 'https://example.com/r',
      errorMetadata: { code: 7 },
    });
  });

  it('has a run without work item, project and comment', () => {
    const { agent_run, ...outside } = recorded('agent_run-created');
    const empty = { issue: null, project: null, comment: null };
    const place = { issue_id: null, project_id: null, comment_id: null };
    const event = normalise({ ...outside, ...place, agent_run: { ...(agent_run as Fields), ...empty } });
    expect([event.workItem, event.comment, event.projectId]).toEqual([undefined, undefined, undefined]);
    expect(Object.keys(event.agentRun ?? {})).toEqual(['id', 'status', 'type', 'agentUserId', 'startedAt']);
  });

  it('has the writer, the markup and the metadata of a prompt', () => {
    const activity = recorded('agent_run_activity-prompted')['agent_run_activity'] as Fields;
    const body = '<p>What is <b>late</b>?</p>';
    const more = { content: { type: 'prompt', body }, content_metadata: { a: 1 }, signal_metadata: { b: 2 } };
    const at = { created_at: '2026-01-15T10:30:00Z' };
    expect(normalise(prompt({ agent_run_activity: { ...activity, ...more, ...at } })).prompt).toEqual({
      id: 'c0ffee00-0000-4000-8000-000000000002',
      text: 'What is late?',
      html: body,
      signal: 'continue',
      actorId: '754009ab-3fb5-424e-909a-b46e9c9d0c4f',
      contentMetadata: { a: 1 },
      signalMetadata: { b: 2 },
      createdAt: new Date('2026-01-15T10:30:00Z'),
    });
  });

  it('has a status and a signal that this release knows', () => {
    const activity = recorded('agent_run_activity-prompted')['agent_run_activity'] as Fields;
    const event = normalise(
      prompt({ agent_run: { id: 'r', status: 'new' }, agent_run_activity: { ...activity, signal: 'new' } }),
    );
    expect([event.agentRun?.status, event.prompt?.signal]).toEqual(['unknown', 'continue']);
  });

  const enveloped = (event: string, data: unknown, fields: Fields = {}): unknown => ({
    event,
    action: 'created',
    webhook_id: 'wh',
    workspace_id: 'b54ecb0d-e3eb-4986-b238-f83fd8665e65',
    data,
    activity: null,
    ...fields,
  });

  it.each([
    ['agent_run_create', 'agent_run-created'],
    ['agent_run_user_prompt', 'agent_run_activity-prompted'],
    ['agent_run_user_prompt', 'agent_run_activity-stop'],
  ])('reads %s (%s) in an envelope as the same event', (event, name) => {
    const flat = normalise(recorded(name));
    const { workspace_id: _, type: __, action: ___, ...inside } = recorded(name);
    for (const data of [recorded(name), inside]) {
      const read = normalise(enveloped(event, data));
      expect({ ...read, raw: {} }).toEqual({ ...flat, raw: {} });
      expect(deliveryKey(read)).toBe(deliveryKey(flat));
    }
  });

  it('reads an envelope whose data is the run or the activity itself', () => {
    const run = recorded('agent_run-created')['agent_run'];
    const activity = recorded('agent_run_activity-prompted')['agent_run_activity'];
    expect(normalise(enveloped('agent_run', run, { action: 'create' }))).toMatchObject({
      name: 'agent_run.created',
      agentRun: { id: 'c0ffee00-0000-4000-8000-000000000001', status: 'created' },
      workItem: { id: '775c5716-5302-4617-bb9f-2cd843911268' },
    });
    expect(normalise(enveloped('agent_run_user_prompt', activity))).toMatchObject({
      name: 'agent_run.prompted',
      agentRun: { id: 'c0ffee00-0000-4000-8000-000000000001' },
      prompt: { text: "What's late in this cycle?" },
    });
  });
});
