import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentScene } from '../support/agent-scene.js';
import { FULL_SIZE } from '../support/full-size.js';
import { type HangarProcess } from '../support/hangar-process.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { ceilingMs, until } from '../support/until.js';

const [RUNS, KILLS] = FULL_SIZE ? [100, 10] : [16, 1];
/** What the method does when the stop comes: it may wait for a slot, too. */
const KINDS = ['held', 'deaf', 'fails', 'lastword', 'show'];
const MAX_WAIT_MS = 4000;

describe('runs that are stopped at random moments', () => {
  let scene: AgentScene;
  let other: HangarProcess;

  beforeAll(async () => {
    scene = await AgentScene.start({ AGENT_CONCURRENCY: '4', AGENT_GRACE: patientSeconds(2) });
    other = await scene.together.startReplica();
  });

  afterAll(() => scene.stop());

  const stopped = async (index: number): Promise<string> => {
    const text = `${KINDS[index % KINDS.length]} ${index}`;
    const run = await scene.mention(text);
    await scene.prompted(run, text);
    await wait(Math.random() * MAX_WAIT_MS);
    await scene.together.plane.post(`/runs/${run.id}/prompt`, { body: 'stop', signal: 'stop' });
    await scene.prompted(run, 'stop', { signal: 'stop' });
    await scene.prompted(run, `echo next ${index}`);
    return run.id;
  };
  const afterStop = async (runId: string): Promise<{ type: string; status: string }[]> =>
    scene.together.database.query(
      `SELECT activity.type, activity.status FROM agent_activities AS activity
       JOIN agent_turns AS turn ON turn.id = activity.turn_id JOIN agent_runs AS run ON run.id = turn.run_id
       WHERE run.run_id = $1 AND turn.stop_requested_at < activity.created_at AND activity.status <> 'dropped'`,
      [runId],
    );

  it(
    `get one confirmation each, and the next prompt is answered: ${RUNS} runs, ${KILLS} kills`,
    async () => {
      const all = Promise.all(Array.from({ length: RUNS }, (_, index) => stopped(index)));
      for (let kill = 0; kill < KILLS; kill += 1) {
        await wait(Math.random() * MAX_WAIT_MS);
        await other.end('SIGKILL');
        other = await scene.together.startReplica();
      }
      const ids = await all;
      for (const id of ids)
        await until('both turns to be closed', async () => {
          const turns = await scene.turns(id);
          return turns.length === 2 && turns.every(({ state }) => state === 'closed');
        });
      for (const [index, id] of ids.entries()) {
        const [first, ...rest] = await scene.texts(id, 'response');
        expect(['I have stopped.', `halfway ${index}`]).toContain(first);
        expect(rest).toEqual(['echo next']);
        expect(await scene.turns(id)).toMatchObject([{ outcome: 'stopped' }, { outcome: 'completed' }]);
        expect(await afterStop(id)).toEqual([{ type: 'response', status: 'sent' }]);
      }
    },
    (5 + KILLS) * ceilingMs(),
  );
});
