import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentScene, createdBody, promptedBody } from '../support/agent-scene.js';
import { until } from '../support/until.js';

describe('an agent', () => {
  let scene: AgentScene;

  beforeAll(async () => {
    scene = await AgentScene.start();
  });

  afterEach(() => scene.together.plane.clearFaults());
  afterAll(() => scene.stop());

  const acknowledged = async (runId: string, count = 1): Promise<unknown> =>
    until('the acknowledgement', async () => (await scene.acknowledgements(runId)) === count);
  const ended = async (runId: string, count = 1): Promise<unknown> =>
    until('the turns to be closed', async () => {
      const turns = await scene.turns(runId);
      return turns.length === count && turns.every(({ state }) => state === 'closed');
    });

  it('acknowledges a mention once and answers it once, although Plane sends two webhooks', async () => {
    const run = await scene.mention('held one');
    await scene.created(run);
    const prompt = await scene.prompted(run, '@your-app held one');
    await acknowledged(run.id);
    scene.release('one');
    expect(await scene.responses(run.id)).toEqual(['held one']);
    await ended(run.id);
    expect(await scene.acknowledgements(run.id)).toBe(1);
    expect(scene.callsFor(prompt)).toMatchObject([{ text: '@your-app held one', attempt: 1 }]);
    expect(await scene.turns(run.id)).toEqual([{ state: 'closed', outcome: 'completed', attempt: 1 }]);
  });

  it('answers once where the prompt comes before the creation, and is repeated ten times', async () => {
    const run = await scene.mention('held two');
    const id = randomUUID();
    await Promise.all(Array.from({ length: 10 }, () => scene.prompted(run, 'held two', { id })));
    await scene.created(run);
    await acknowledged(run.id);
    scene.release('two');
    await scene.responses(run.id);
    await ended(run.id);
    expect(scene.callsFor(id)).toHaveLength(1);
    expect(await scene.texts(run.id, 'response')).toEqual(['held two']);
    expect(await scene.acknowledgements(run.id)).toBe(1);
  });

  it('finds the question where only the creation of the run comes', async () => {
    const run = await scene.mention('held alone');
    await scene.created(run);
    await acknowledged(run.id);
    scene.release('alone');
    expect(await scene.responses(run.id)).toEqual(['held alone']);
    await ended(run.id);
    expect(await scene.acknowledgements(run.id)).toBe(1);
  });

  it('reads the envelope, and runs without work item, project or comment', async () => {
    const run = await scene.mention('echo envelope');
    const nothing = { issue_id: null, project_id: null, comment_id: null };
    const prompt = { id: randomUUID(), text: 'echo envelope', signal: 'continue' };
    for (const [event, data] of [
      ['agent_run_create', createdBody(run, nothing)],
      ['agent_run_user_prompt', { ...promptedBody(run, prompt), ...nothing }],
    ] as const) {
      const envelope = { event, action: 'created', webhook_id: randomUUID(), workspace_id: run.workspaceId, data };
      expect(await scene.send({ ...envelope, activity: null }, event)).toMatchObject({ status: 202 });
    }
    expect(await scene.responses(run.id)).toEqual(['echo envelope']);
    await ended(run.id);
    expect(scene.callsFor(prompt.id)).toHaveLength(1);
  });

  it('gets a reply that comes while it works by newPrompts, which then is no turn of its own', async () => {
    const run = await scene.mention('merge three');
    await scene.prompted(run, 'merge three');
    await acknowledged(run.id);
    const reply = await scene.prompted(run, 'and this');
    scene.release('three');
    expect(await scene.responses(run.id)).toEqual(['merged merge three + and this']);
    await ended(run.id, 2);
    expect((await scene.turns(run.id)).map(({ outcome }) => outcome)).toEqual(['completed', 'merged']);
    expect(scene.callsFor(reply)).toEqual([]);
  });

  it('answers a reply that it did not take in a turn of its own, after the first', async () => {
    const run = await scene.mention('held four');
    await scene.prompted(run, 'held four');
    await acknowledged(run.id);
    await scene.prompted(run, 'echo reply');
    scene.release('four');
    expect(await scene.responses(run.id, 2)).toEqual(['held four', 'echo reply']);
  });

  it('refuses a second answer to one prompt', async () => {
    const run = await scene.mention('twice');
    await scene.prompted(run, 'twice');
    await scene.responses(run.id);
    await until('the second answer', () => scene.calls().find(({ second }) => second !== undefined));
    await ended(run.id);
    expect(scene.calls().find(({ second }) => second !== undefined)).toEqual({ second: 'agent_turn_closed' });
    expect(await scene.texts(run.id, 'response')).toEqual(['first']);
  });

  it('posts an answer once where Plane stores it but the connection breaks', async () => {
    const run = await scene.mention('held five');
    await scene.prompted(run, 'held five');
    await acknowledged(run.id);
    const match = `/api/v1/workspaces/sandbox/runs/${run.id}/activities/`;
    await scene.together.plane.post('/faults', { match, kind: 'drop-answer', times: 1 });
    scene.release('five');
    await ended(run.id);
    expect(await scene.texts(run.id, 'response')).toEqual(['held five']);
  });

  it('posts an answer once Plane works again', async () => {
    const run = await scene.mention('held six');
    await scene.prompted(run, 'held six');
    await acknowledged(run.id);
    const match = `/api/v1/workspaces/sandbox/runs/${run.id}/activities/`;
    await scene.together.plane.post('/faults', { match, kind: 'status', status: 503, times: 12 });
    scene.release('six');
    await ended(run.id);
    expect(await scene.texts(run.id, 'response')).toEqual(['held six']);
    expect(await scene.turns(run.id)).toMatchObject([{ attempt: 1 }]);
  });

  it('merges its progress, and shows it before the answer', async () => {
    const run = await scene.mention('show seven');
    await scene.prompted(run, 'show seven');
    const action = await until('the action', async () =>
      (await scene.run(run.id)).activities.find(({ type }) => type === 'action'),
    );
    scene.release('seven');
    await scene.responses(run.id);
    expect(action.content).toEqual({
      type: 'action',
      action: 'search',
      parameters: { thought: 'one\ntwo', step: '1', result: 'found' },
    });
  });

  it('asks with choices, and gives up with a reason', async () => {
    const run = await scene.mention('ask');
    await scene.prompted(run, 'ask');
    await ended(run.id);
    await scene.prompted(run, 'fail');
    await ended(run.id, 2);
    const { activities } = await scene.run(run.id);
    expect(activities).toContainEqual(
      expect.objectContaining({
        type: 'elicitation',
        content: { type: 'elicitation', body: 'Which one?' },
        signal: 'select',
        signalMetadata: { options: [{ id: 'a', label: 'A' }] },
      }),
    );
    expect(activities).toContainEqual(expect.objectContaining({ type: 'error', signalMetadata: { retryable: false } }));
    expect((await scene.turns(run.id)).map(({ outcome }) => outcome)).toEqual(['awaiting', 'failed']);
  });

  it('reads the thread, and streams an answer', async () => {
    const run = await scene.mention('echo first');
    await scene.prompted(run, 'echo first');
    await scene.responses(run.id);
    await scene.prompted(run, 'history');
    const [, history] = await scene.responses(run.id, 2);
    expect(JSON.parse(history ?? '')).toContainEqual(['agent', 'echo first']);
    await scene.prompted(run, 'stream it one two three');
    expect((await scene.responses(run.id, 3)).at(-1)?.trim()).toBe('one two three');
  });

  it('ends a turn whose method ends without an answer', async () => {
    const run = await scene.mention('nothing');
    await scene.prompted(run, 'nothing');
    expect(await scene.responses(run.id)).toEqual(['Done.']);
  });

  it('runs a turn that has failed again, with the saved state', async () => {
    const run = await scene.mention('flaky');
    const prompt = await scene.prompted(run, 'flaky');
    expect(await scene.responses(run.id)).toEqual(['step 2 in attempt 2']);
    expect(scene.callsFor(prompt).map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('is stopped with the turns before the stop, and answers the next prompt', async () => {
    const run = await scene.mention('held never');
    const first = await scene.prompted(run, 'held never');
    await until('the first call', () => scene.callsFor(first).length === 1);
    const waiting = await scene.prompted(run, 'echo waiting');
    await acknowledged(run.id, 2);
    await scene.prompted(run, 'stop', { signal: 'stop' });
    await ended(run.id, 2);
    await scene.prompted(run, 'echo next');
    await ended(run.id, 3);
    expect((await scene.turns(run.id)).map(({ outcome }) => outcome)).toEqual(['stopped', 'stopped', 'completed']);
    expect((await scene.texts(run.id, 'response')).at(-1)).toBe('echo next');
    expect(scene.callsFor(waiting)).toEqual([]);
  });
});

describe('an agent that gets the webhooks of Plane itself', () => {
  it('acknowledges and answers a mention once', async () => {
    const scene = await AgentScene.start({}, true);
    try {
      const run = await scene.mention('held one');
      await until('the acknowledgement', async () => (await scene.acknowledgements(run.id)) === 1);
      scene.release('one');
      await until('the end', async () => (await scene.turns(run.id))[0]?.outcome === 'completed');
      const { status, activities } = await scene.run(run.id);
      expect(status).toBe('completed');
      expect(activities.map(({ type }) => type)).toEqual(['prompt', 'thought', 'response']);
    } finally {
      await scene.stop();
    }
  });
});
