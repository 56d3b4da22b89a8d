import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SimulatedAgent } from '../support/simulated-agent.js';
import { until } from '../support/until.js';

const WORK_ITEM = '775c5716-5302-4617-bb9f-2cd843911268';
const PROJECT = '59e3be42-87ec-4950-99a3-ae639cf2b089';
const BOT = '7286aaa7-9250-4851-a520-29c904fd7654';
const ADMIN = '754009ab-3fb5-424e-909a-b46e9c9d0c4f';

let agent: SimulatedAgent;

const kinds = (all: readonly { event: string | undefined }[]) =>
  all.map(({ event }) => (event === 'agent_run_create' ? 'create' : 'prompt'));

beforeEach(async () => {
  agent = await SimulatedAgent.start();
});
afterEach(() => agent.stop());

describe('a mention', () => {
  it('in a comment starts a run: the comment, then the run, then its first prompt', async () => {
    const { id: comment, runId, promptId } = await agent.control('/comments', { text: '@your-app what is late?' });
    const [create] = await agent.gets('agent_run_create');
    expect(create?.payload).toMatchObject({
      type: 'agent_run',
      action: 'created',
      agent_run: { id: runId, status: 'created', comment },
      app_client_id: agent.plane.clientId,
      issue_id: WORK_ITEM,
      comment_id: comment,
    });
    const [prompted] = await agent.gets('agent_run_user_prompt');
    expect(prompted?.payload).toMatchObject({
      type: 'agent_run_activity',
      agent_run_activity: { id: promptId, content: { type: 'prompt', body: 'what is late?' }, actor: ADMIN },
      agent_run: { id: runId, status: 'in_progress' },
    });
    expect(await (await agent.api(`/runs/${runId}/activities/`)).json()).toMatchObject({
      results: [{ id: promptId, type: 'prompt', content: { type: 'prompt', body: 'what is late?' }, comment }],
    });
    const stored = await agent.api(`/projects/${PROJECT}/work-items/${WORK_ITEM}/comments/${comment}/`);
    expect(await stored.json()).toMatchObject({
      comment_html: expect.stringContaining(`entity_identifier="${BOT}"`),
      comment_stripped: 'what is late?',
    });
    await agent.gets('workitem.comment.created');
  });

  it('starts none if it is another user’s, or if the app itself writes it', async () => {
    expect((await agent.control('/comments', { text: '@mika hello' })).runId).toBeUndefined();
    const html = `<p><mention-component entity_identifier="${BOT}" entity_name="user_mention"></mention-component></p>`;
    const own = await agent.api(`/projects/${PROJECT}/work-items/${WORK_ITEM}/comments/`, { comment_html: html });
    expect([own.status, await agent.read('/runs')]).toEqual([201, []]);
    expect((await agent.control('/comments', { html })).runId).toEqual(expect.any(String));
  });

  it.each([
    ['prompt before create', ['prompt', 'create']],
    ['create alone', ['create']],
    ['prompt alone', ['prompt']],
    ['a repeated prompt', ['create', 'prompt', 'prompt', 'prompt']],
  ])('is announced as a test wants it: %s', async (_, order) => {
    const { id } = await agent.mention({ webhooks: order });
    const all = await agent.getsAboutRuns(order.length);
    expect(kinds(all)).toEqual(order);
    expect(new Set(all.filter(({ event }) => event === 'agent_run_user_prompt').map(({ body }) => body)).size).toBe(
      order.includes('prompt') ? 1 : 0,
    );
    expect(new Set(all.map(({ deliveryId }) => deliveryId)).size).toBe(order.length);
    expect(await agent.run(id)).toMatchObject({ activities: [{ type: 'prompt', by: 'user' }] });
  });

  it('is wrapped like v1, and without ids, where a test wants it', async () => {
    const { id, commentId } = await agent.mention({
      envelope: true,
      nulls: ['comment_id'],
      without: ['issue', 'project'],
    });
    expect(commentId).toBeNull();
    for (const { event, payload } of await agent.getsAboutRuns(2)) {
      expect(payload).toMatchObject({ event, webhook_id: expect.any(String), activity: { actor: { id: ADMIN } } });
      expect(payload.data).toMatchObject({ issue_id: null, project_id: null, comment_id: null, agent_run: { id } });
    }
    await agent.say(id, 'response');
    expect(await agent.read('/state')).toMatchObject({ comments: [], runs: [{ id, status: 'completed' }] });
  });

  it('leaves the text to the comment alone, and a webhook is sent later, where a test wants it', async () => {
    const { id, promptId, commentId } = await agent.mention({ promptActivity: false });
    expect([promptId, commentId]).toEqual([null, expect.any(String)]);
    expect(kinds(await agent.getsAboutRuns(1))).toEqual(['create']);
    expect(await agent.run(id)).toMatchObject({ status: 'created', activities: [] });
    expect((await agent.control(`/runs/${id}/webhooks`, { webhooks: ['prompt'] })).error).toContain('no prompt');
    await agent.control(`/runs/${id}/webhooks`, { webhooks: ['create'] });
    expect(kinds(await agent.getsAboutRuns(2))).toEqual(['create', 'create']);
  });
});

describe('a run', () => {
  it('goes on with a reply in its thread, and shows what it answers there', async () => {
    const { id, commentId } = await agent.mention();
    await agent.say(id, 'response', 'Nothing.');
    const { runId, promptId } = await agent.control('/comments', { text: 'And tomorrow?', replyTo: commentId });
    expect(runId).toBe(id);
    const prompts = await agent.gets('agent_run_user_prompt', 2);
    const activity = {
      agent_run_activity: expect.objectContaining({
        id: promptId,
        content: expect.objectContaining({ body: 'And tomorrow?' }),
      }),
    };
    expect(prompts.map(({ payload }) => payload)).toContainEqual(expect.objectContaining(activity));
    await agent.say(id, 'elicitation', 'Where?');
    const { status, transitions, activities } = await agent.run(id);
    expect(status).toBe('awaiting');
    expect(transitions.map((each) => each.status)).toEqual([
      'created',
      'in_progress',
      'completed',
      'in_progress',
      'awaiting',
    ]);
    expect(activities.map(({ by, type }) => `${by} ${type}`)).toEqual([
      'user prompt',
      'app response',
      'user prompt',
      'app elicitation',
    ]);
    const { comments } = await agent.read<{ comments: { text: string; parentId: string | null }[] }>('/state');
    expect(comments.map(({ text, parentId }) => [text, parentId])).toEqual([
      ['what is late?', null],
      ['Nothing.', commentId],
      ['And tomorrow?', commentId],
      ['Where?', commentId],
    ]);
  });

  it.each(['response', 'error'])('is stopped on request after a %s, and goes on with the next prompt', async (last) => {
    const { id } = await agent.mention();
    expect((await agent.prompt(id, 'stop', { signal: 'stop' })).status).toBe('stopping');
    await agent.say(id, 'thought');
    expect((await agent.run(id)).status).toBe('stopping');
    await agent.say(id, last);
    expect(await (await agent.api(`/runs/${id}/`)).json()).toMatchObject({
      status: 'stopped',
      stopped_by: ADMIN,
      stopped_at: expect.any(String),
      ended_at: expect.any(String),
    });
    await agent.say(id, 'thought', 'late');
    expect(await agent.run(id)).toMatchObject({ status: 'stopped' });
    expect((await agent.prompt(id, 'go on')).status).toBe('in_progress');
    expect(await (await agent.api(`/runs/${id}/`)).json()).toMatchObject({ ended_at: null, stopped_at: null });
  });

  it('fails with the details of the error', async () => {
    const { id } = await agent.mention();
    const details = { error_code: 'E1', retryable: false };
    await agent.report(id, { type: 'error', content: { type: 'error', body: 'No.' }, signal_metadata: details });
    expect(await (await agent.api(`/runs/${id}/`)).json()).toMatchObject({ status: 'failed', error_metadata: details });
  });

  it('is stale after five minutes without an activity, by the scale, and a prompt wakes it', async () => {
    const { id } = await agent.mention();
    const before = await agent.run(id);
    expect(before.staleAt).toBe(before.updatedAt + 300_000);
    await agent.control('/settings', { agentTimeScale: 0.1 });
    expect((await agent.run(id)).staleAt).toBe(before.updatedAt + 30_000);
    await agent.control('/settings', { agentTimeScale: 0.000_01 });
    const stale = await until('the run to be stale', async () => {
      const run = await agent.run(id);
      return run.status === 'stale' && run;
    });
    expect(stale.transitions.at(-1)).toEqual({ status: 'stale', at: stale.staleAt });
    expect([stale.wasStale, stale.staleAt]).toEqual([true, before.updatedAt + 3]);
    expect(stale.longestSilenceMs).toBeGreaterThanOrEqual(3);
    await agent.control('/settings', { agentTimeScale: 1 });
    expect((await agent.run(id)).status).toBe('stale');
    expect((await agent.prompt(id, 'still there?')).status).toBe('in_progress');
  });

  it.each(['elicitation', 'response', 'error'])('never becomes stale after a %s', async (type) => {
    const { id } = await agent.mention();
    await agent.say(id, type);
    await agent.control('/settings', { runStaleMs: 0 });
    expect(await agent.run(id)).toMatchObject({ staleAt: null, wasStale: false });
  });

  it('gets a status that a test gives it', async () => {
    const { id } = await agent.mention();
    await agent.control(`/runs/${id}/status`, { status: 'stopped' });
    expect(await (await agent.api(`/runs/${id}/`)).json()).toMatchObject({ status: 'stopped' });
  });
});
