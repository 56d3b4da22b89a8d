import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentScene, type SimulatedRun } from '../support/agent-scene.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { until } from '../support/until.js';

/** Plane's five minutes, at a fifteenth. */
const STALE_SECONDS = 20;
const SCALE = STALE_SECONDS / 300;
/** Longer than any test takes. */
const HELD_MS = 3_600_000;

describe('the life of an agent run', () => {
  let scene: AgentScene;

  beforeAll(async () => {
    scene = await AgentScene.start({
      AGENT_STALE_SECONDS: String(STALE_SECONDS),
      AGENT_CONCURRENCY: '2',
      AGENT_GRACE: patientSeconds(2),
    });
    await scene.together.plane.post('/settings', { agentTimeScale: SCALE });
  });

  afterEach(() => scene.together.plane.clearFaults());
  afterAll(() => scene.stop());

  const begin = async (text: string): Promise<{ run: SimulatedRun; prompt: string }> => {
    const run = await scene.mention(text);
    return { run, prompt: await scene.prompted(run, text) };
  };
  const called = async (prompt: string, count = 1): Promise<unknown> =>
    until(`${count} call(s) of the method`, () => scene.callsFor(prompt).length >= count);
  const stop = async (run: SimulatedRun): Promise<void> => {
    await scene.together.plane.post(`/runs/${run.id}/prompt`, { body: 'stop', signal: 'stop' });
    await scene.prompted(run, 'stop', { signal: 'stop' });
  };
  const ended = async (run: SimulatedRun, count = 1): Promise<(string | null)[]> =>
    until('the turns to be closed', async () => {
      const turns = await scene.turns(run.id);
      return (
        turns.length === count && turns.every(({ state }) => state === 'closed') && turns.map((turn) => turn.outcome)
      );
    });
  /** Until the run has lived longer than one without activities may. */
  const outlived = async (run: SimulatedRun): Promise<void> => {
    await until('the run to live for longer than Plane leaves it alone', async () => {
      const { activities } = await scene.history(run.id);
      const [first, last] = [activities[0], activities.at(-1)];
      return first && last && last.createdAt - first.createdAt > STALE_SECONDS * 1500;
    });
    expect(await scene.history(run.id)).toMatchObject({ wasStale: false });
  };

  it('never becomes stale while its turn runs, waits for a slot, or is retried', async () => {
    const [first, second] = [await begin('held life'), await begin('held life')];
    await Promise.all([called(first.prompt), called(second.prompt)]);
    const waiting = await begin('echo waiting');
    await Promise.all([first, second, waiting].map(({ run }) => outlived(run)));
    expect(scene.callsFor(waiting.prompt)).toEqual([]);
    scene.release('life');
    expect(await scene.responses(waiting.run.id)).toEqual(['echo waiting']);
    const retried = await begin('fails key');
    await outlived(retried.run);
    scene.release('key');
    expect(await scene.responses(retried.run.id)).toEqual(['found key']);
    const all = await Promise.all([first, second, waiting, retried].map(({ run }) => scene.history(run.id)));
    expect(all.map(({ status, wasStale }) => [status, wasStale])).toEqual(all.map(() => ['completed', false]));
  });

  it('is stopped while the method runs, which may say a last word', async () => {
    const { run, prompt } = await begin('lastword one');
    await called(prompt);
    await stop(run);
    expect(await ended(run)).toEqual(['stopped']);
    expect(await scene.texts(run.id, 'response')).toEqual(['halfway one']);
    expect(await scene.history(run.id)).toMatchObject({ status: 'stopped' });
  });

  it('is stopped while the method waits for Plane: that call is aborted, and later ones are made', async () => {
    const match = '/api/v1/users/me/';
    await scene.together.plane.post('/faults', { match, kind: 'slow', ms: HELD_MS, times: 1 });
    const { run, prompt } = await begin('calls plane');
    await called(prompt);
    await until('Plane to be asked', async () => (await scene.together.world()).faults.length === 0);
    await stop(run);
    expect(await scene.responses(run.id)).toEqual(['said after aborted']);
    expect(scene.calls()).toContainEqual({ interrupted: 'aborted', later: true });
    expect(await ended(run)).toEqual(['stopped']);
  });

  it('is stopped where the method ignores the stop, and the next prompt starts anew', async () => {
    const { run, prompt } = await begin('deaf one');
    await called(prompt);
    await stop(run);
    const next = await scene.prompted(run, 'echo anew');
    expect(await scene.responses(run.id, 2)).toEqual(['I have stopped.', 'echo anew']);
    expect(await ended(run, 2)).toEqual(['stopped', 'completed']);
    expect(scene.callsFor(next)).toHaveLength(1);
    scene.release('one');
  });

  it('is stopped between two attempts, and while it waits, without a run of the method', async () => {
    const failing = await begin('fails nothing');
    await called(failing.prompt);
    await until('the turn to wait', async () => (await scene.turns(failing.run.id))[0]?.state === 'waiting');
    await stop(failing.run);
    expect(await ended(failing.run)).toEqual(['stopped']);
    const busy = [await begin('held slots'), await begin('held slots')];
    await Promise.all(busy.map(({ prompt }) => called(prompt)));
    const waiting = await begin('echo never');
    const behind = await scene.prompted(waiting.run, 'echo behind');
    await stop(waiting.run);
    expect(await ended(waiting.run, 2)).toEqual(['stopped', 'stopped']);
    scene.release('slots');
    await Promise.all(busy.map(({ run }) => ended(run)));
    expect([waiting.prompt, behind].flatMap((prompt) => scene.callsFor(prompt))).toEqual([]);
    for (const { run } of [failing, waiting])
      expect(await scene.texts(run.id, 'response')).toEqual(['I have stopped.']);
  });

  it('says that there is no answer where the last attempt failed, with a reference that finds the delivery', async () => {
    const { run, prompt } = await begin('never mind');
    expect(await ended(run)).toEqual(['failed']);
    const [text = ''] = await scene.texts(run.id, 'error');
    const [turn] = await scene.together.database.query<{ delivery_id: string; reference: string; reason: string }>(
      'SELECT delivery_id, reference, reason FROM agent_turns WHERE prompt_id = $1',
      [prompt],
    );
    expect(turn?.reference).toBe(turn?.delivery_id);
    expect(text).toContain(turn?.reference);
    expect(turn?.reason).toContain('no mind');
    expect(await scene.history(run.id)).toMatchObject({ status: 'failed', wasStale: false });
  });

  it('ends a turn whose job is lost', async () => {
    const { run, prompt } = await begin('held lost');
    await called(prompt);
    await scene.together.database.query(
      `INSERT INTO pgboss.job (name, data, dead_letter, output)
       SELECT 'Helper.answer.dead-letter', jsonb_build_object('deliveryId', delivery_id), NULL, '{"message": "it was lost"}'
       FROM agent_turns WHERE prompt_id = $1`,
      [prompt],
    );
    expect(await ended(run)).toEqual(['failed']);
    expect(await scene.texts(run.id, 'error')).toHaveLength(1);
    scene.release('lost');
  });

  it('ends as stopped where Plane has stopped the run, and so does its method, which can post nothing more', async () => {
    const { run, prompt } = await begin('watch plane');
    await called(prompt);
    await scene.together.plane.post(`/runs/${run.id}/status`, { status: 'stopped' });
    expect(await ended(run)).toEqual(['stopped']);
    const end = await until('the end of the method', () => scene.calls().find(({ aborted }) => aborted === prompt));
    expect(end).toMatchObject({ refused: 'agent_turn_closed' });
    expect(await scene.texts(run.id, 'response')).toEqual([]);
  });

  it('is stopped while it waits for a reply, which is confirmed once, and the next prompt starts anew', async () => {
    const { run } = await begin('ask');
    expect(await ended(run)).toEqual(['awaiting']);
    await stop(run);
    expect(await scene.responses(run.id)).toEqual(['I have stopped.']);
    expect(await ended(run, 2)).toEqual(['awaiting', 'stopped']);
    expect(await scene.history(run.id)).toMatchObject({ status: 'stopped' });
    await scene.prompted(run, 'echo anew');
    expect(await scene.responses(run.id, 2)).toEqual(['I have stopped.', 'echo anew']);
  });

  it('goes on where Plane has called the run stale', async () => {
    const { run, prompt } = await begin('held stale');
    await called(prompt);
    await scene.together.plane.post(`/runs/${run.id}/status`, { status: 'stale' });
    await until('a heartbeat', async () => (await scene.history(run.id)).status === 'in_progress');
    scene.release('stale');
    expect(await scene.responses(run.id)).toEqual(['held stale']);
    expect(await scene.history(run.id)).toMatchObject({ status: 'completed' });
  });
});
