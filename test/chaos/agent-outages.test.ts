import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AgentScene, type SimulatedRun } from '../support/agent-scene.js';
import { until } from '../support/until.js';

/** Plane's five minutes, at a fifth: the times of faults as well, but not the seconds of `Retry-After`. */
const STALE_SECONDS = 60;
const ACTIVITIES = '/api/v1/workspaces/*/runs/*/activities/';

describe('an agent whose Plane fails', () => {
  let scene: AgentScene;

  beforeAll(async () => {
    scene = await AgentScene.start({ AGENT_STALE_SECONDS: String(STALE_SECONDS) });
  });

  beforeEach(() => scene.together.plane.post('/settings', { agentTimeScale: STALE_SECONDS / 300 }));

  afterEach(() => scene.together.plane.clearFaults());
  afterAll(() => scene.stop());

  const begin = async (text: string): Promise<SimulatedRun> => {
    const run = await scene.mention(text);
    await scene.prompted(run, text);
    await until('the acknowledgement', async () => (await scene.acknowledgements(run.id)) === 1);
    return run;
  };
  /** The run once its turn is closed, and what was posted to it more than once. */
  const ended = async (run: SimulatedRun): Promise<object> => {
    await until('the turn to be closed', async () => (await scene.turns(run.id))[0]?.state === 'closed');
    const { status, wasStale, activities } = await scene.history(run.id);
    const keys = activities.flatMap(({ contentMetadata: key }) => key?.hangar_key ?? []);
    const responses = await scene.texts(run.id, 'response');
    return { status, wasStale, responses, repeated: keys.length - new Set(keys).size };
  };
  const answeredOnce = (text: string): object => ({ status: 'completed', responses: [text], repeated: 0 });

  it('answers once Plane is back that was away for 6 minutes, although the run was stale by then', async () => {
    // The six minutes stay below the limit of one wait.
    await scene.together.plane.post('/settings', { agentTimeScale: 1 / 10 });
    const run = await begin('steps away 3');
    await scene.together.plane.post('/faults', { match: '/', kind: 'status', status: 503, forSeconds: 360 });
    expect(await ended(run)).toEqual({ ...answeredOnce('done away'), wasStale: true });
  });

  it('answers after 3 minutes of 429, and the run is never stale', async () => {
    const run = await begin('steps limited 3');
    const limit = { kind: 'status', status: 429, retryAfterSeconds: 1, forSeconds: 180 };
    await scene.together.plane.post('/faults', { match: '/api/v1/', ...limit });
    expect(await ended(run)).toEqual({ ...answeredOnce('done limited'), wasStale: false });
  });

  it('answers with a new token where its token is revoked in the middle', async () => {
    const run = await begin('steps revoked 5');
    await scene.together.plane.post('/tokens/revoke');
    expect(await ended(run)).toEqual({ ...answeredOnce('done revoked'), wasStale: false });
  });

  it('posts everything once where Plane stores each third activity but the connection breaks', async () => {
    await scene.together.plane.post('/faults', { match: ACTIVITIES, method: 'POST', kind: 'drop-answer', every: 3 });
    const texts = Array.from({ length: 6 }, (_, index) => `steps ${index} 6`);
    const runs = await Promise.all(texts.map((text) => begin(text)));
    for (const [index, run] of runs.entries())
      expect(await ended(run)).toEqual({ ...answeredOnce(`done ${index}`), wasStale: false });
  });

  it('ends its turn in a known state where its bot gets no new token: Plane says that the app is uninstalled', async () => {
    const run = await begin('held dead');
    await scene.together.plane.post('/faults', { match: '/auth/o/token/', kind: 'refuse-grant' });
    await scene.together.plane.post('/tokens/revoke');
    scene.release('dead');
    await until('the turn to be closed', async () => (await scene.turns(run.id))[0]?.state === 'closed');
    const rows = await scene.together.database.query(
      `SELECT outcome, reason, heartbeat_at FROM agent_turns AS turn JOIN agent_runs AS run ON run.id = turn.run_id
       WHERE run.run_id = $1`,
      [run.id],
    );
    expect(rows).toEqual([{ outcome: 'failed', reason: 'the app was uninstalled', heartbeat_at: null }]);
  });
});
