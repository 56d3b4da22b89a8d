import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PlaneClient } from '@makeplane/plane-node-sdk';
import { SimulatedAgent } from '../support/simulated-agent.js';
import { until } from '../support/until.js';

const WORK_ITEM = '775c5716-5302-4617-bb9f-2cd843911268';
const PROJECT = '59e3be42-87ec-4950-99a3-ae639cf2b089';
const BOT = '7286aaa7-9250-4851-a520-29c904fd7654';

let agent: SimulatedAgent;

beforeEach(async () => {
  agent = await SimulatedAgent.start();
});
afterEach(() => agent.stop());

describe('the API of runs', () => {
  const elicitation = (signal: string, signal_metadata?: object) => ({
    type: 'elicitation',
    content: { type: 'elicitation', body: '?' },
    signal,
    signal_metadata,
  });
  const action = (parameters: unknown) => ({
    type: 'action',
    content: { type: 'action', action: 'count', parameters },
  });

  it('stores an activity with its metadata, and marks an ephemeral one when the next comes', async () => {
    const { id } = await agent.mention();
    const metadata = { key: 'r:1:1' };
    const thought = { type: 'thought', content: { type: 'thought', body: 'hm' }, content_metadata: metadata };
    const first = (await (await agent.report(id, thought)).json()) as { id: string };
    expect(first).toMatchObject({ content_metadata: metadata, ephemeral: true, signal: 'continue', actor: BOT });
    await agent.report(id, action({ query: 'late' }));
    expect(await agent.run(id)).toMatchObject({
      activities: [
        { type: 'prompt', superseded: false },
        {
          type: 'thought',
          superseded: true,
          contentMetadata: metadata,
          ephemeral: true,
          createdAt: expect.any(Number),
        },
        { type: 'action', superseded: false, statusBefore: 'in_progress' },
      ],
    });
    const list = async () =>
      (await (await agent.api(`/runs/${id}/activities/`)).json()) as { results: { type: string }[] };
    expect((await list()).results.map(({ type }) => type)).toEqual(['prompt', 'thought', 'action']);
    await agent.control('/settings', { hideSuperseded: true, activitiesNewestFirst: true });
    expect((await list()).results.map(({ type }) => type)).toEqual(['action', 'prompt']);
    expect(await (await agent.api(`/runs/${id}/activities/${first.id}/`)).json()).toMatchObject({ id: first.id });
  });

  it.each<[string, object, string]>([
    ['an auth_request without a link', elicitation('auth_request'), 'signal_metadata.url'],
    ['an auth_request without https', elicitation('auth_request', { url: 'http://a.example/' }), 'https://'],
    ['a select without options', elicitation('select'), 'signal_metadata.options'],
    ['a select with an option without a label', elicitation('select', { options: [{ id: 'a' }] }), 'label'],
    ['an action with a number', action({ limit: 3 }), 'content.parameters'],
    ['an unknown type', { type: 'note', content: { type: 'note', body: 'x' } }, '"type" must be one of'],
    ['a prompt', { type: 'prompt', content: { type: 'prompt', body: 'x' } }, '"type" must be one of'],
    ['no body', { type: 'thought', content: { type: 'thought' } }, 'content.body'],
    ['no content', { type: 'thought' }, '"content"'],
    ['metadata that is a text', { ...action({}), content_metadata: 'key' }, '"content_metadata"'],
  ])('refuses %s, and keeps the run as it is', async (_, activity, why) => {
    const { id } = await agent.mention();
    const answer = await agent.report(id, activity);
    expect([answer.status, await answer.json()]).toEqual([400, { error: expect.stringContaining(why) }]);
    expect(await agent.run(id)).toMatchObject({ activities: [{ type: 'prompt' }] });
  });

  it('accepts an auth_request with a link, and a select with options', async () => {
    const { id } = await agent.mention();
    const options = [
      { id: 'a', label: 'A' },
      { id: 'b', label: 'B', description: 'the other' },
    ];
    const answers = [
      await agent.report(id, elicitation('auth_request', { url: 'https://hangar.example/consent' })),
      await agent.report(id, elicitation('select', { options })),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(await answers[1]?.json()).toMatchObject({ signal: 'select', signal_metadata: { options } });
  });

  it('works with Plane’s SDK: start a run, read it, list its activities by page', async () => {
    const { agentRuns } = new PlaneClient({ baseUrl: agent.plane.url, accessToken: agent.bearer });
    const link = 'https://app.example/runs/1';
    const made = await agentRuns.create('sandbox', { agent_slug: 'your-app', issue: WORK_ITEM, external_link: link });
    expect(made).toMatchObject({ status: 'created', issue: WORK_ITEM, project: PROJECT, external_link: link });
    const [create] = await agent.gets('agent_run_create');
    expect(create?.payload).toMatchObject({ agent_run: { id: made.id }, comment_id: null });
    for (const body of ['one', 'two', 'three']) {
      await agentRuns.activities.create('sandbox', made.id, { type: 'thought', content: { type: 'thought', body } });
    }
    const first = await agentRuns.activities.list('sandbox', made.id, { per_page: 2 });
    expect(first).toMatchObject({ total_results: 3, next_page_results: true, results: [{}, {}] });
    const rest = await agentRuns.activities.list('sandbox', made.id, { per_page: 2, cursor: first.next_cursor ?? '' });
    expect(rest).toMatchObject({ next_page_results: false, results: [{ content: { body: 'three' } }] });
    const one = await agentRuns.activities.retrieve('sandbox', made.id, rest.results[0]?.id ?? '');
    expect(one).toMatchObject({ content: { body: 'three' } });
    expect(await agentRuns.retrieve('sandbox', made.id)).toMatchObject({ status: 'in_progress' });
    expect((await agent.api('/runs/', { agent_slug: 'other' })).status).toBe(400);
    expect((await agent.api('/runs/', { agent_slug: 'your-app', issue: 'none' })).status).toBe(404);
  });
});

describe('for tests of agents, the simulator', () => {
  it('stores an activity whose answer is lost, on this route alone, and counts it', async () => {
    const { id } = await agent.mention();
    const match = '/api/v1/workspaces/*/runs/*/activities/';
    await agent.control('/faults', { match, method: 'POST', kind: 'drop-answer', times: 1 });
    expect((await agent.api(`/runs/${id}/activities/`)).status).toBe(200);
    await expect(agent.report(id, { type: 'thought', content: { type: 'thought', body: 'lost' } })).rejects.toThrow();
    await agent.say(id, 'thought', 'heard');
    expect((await agent.run(id)).activities.map(({ type }) => type)).toEqual(['prompt', 'thought', 'thought']);
    expect(await agent.read('/faults')).toEqual({ faults: [], injected: { 'drop-answer': 1 } });
  });

  it('revokes the tokens of one workspace’s bot', async () => {
    expect(await agent.control('/tokens/revoke', { workspace: 'harbour' })).toEqual({ revoked: 0 });
    expect(await agent.control('/tokens/revoke', { workspace: 'sandbox' })).toEqual({ revoked: 1 });
    expect((await agent.api('/projects/')).status).toBe(401);
    await agent.mint();
    expect((await agent.api('/projects/')).status).toBe(200);
  });

  it('counts the calls of each token, refused ones too', async () => {
    await agent.control('/settings', { rateLimitPerMinute: 2 });
    for (let call = 0; call < 3; call += 1) await agent.api('/projects/');
    await agent.control('/faults', { match: '/api/', kind: 'status', status: 503 });
    await agent.api('/projects/');
    const { calls } = await until('the answers to be counted', async () => {
      const counts = await agent.read<{ calls: { refused: number }[] }>('/counts');
      return counts.calls[0]?.refused === 1 && counts;
    });
    expect(calls).toEqual([
      expect.objectContaining({ kind: 'bot', userId: BOT, calls: 4, peakPerMinute: 4, refused: 1 }),
    ]);
    await fetch(`${agent.plane.url}/_simulator/calls`, { method: 'DELETE' });
    expect(await agent.read('/counts')).toMatchObject({ calls: [] });
  });
});
