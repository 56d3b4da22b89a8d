import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentScene, type SimulatedRun } from '../support/agent-scene.js';
import { FULL_SIZE } from '../support/full-size.js';
import { type HangarProcess } from '../support/hangar-process.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { ceilingMs, until } from '../support/until.js';

const [KILLS, RUNS, WORK_SECONDS] = FULL_SIZE ? [50, 50, 30] : [4, 8, 10];
/** Plane's five minutes, at a tenth. */
const STALE_SECONDS = Number(patientSeconds(30));

describe('processes that are killed at random while agents work', () => {
  let scene: AgentScene;
  let other: HangarProcess;

  beforeAll(async () => {
    scene = await AgentScene.start({ AGENT_STALE_SECONDS: String(STALE_SECONDS) });
    await scene.together.plane.post('/settings', { agentTimeScale: STALE_SECONDS / 300 });
    other = await scene.together.startReplica();
  });

  afterAll(() => scene.stop());

  const begin = async (name: number): Promise<SimulatedRun> => {
    const text = `steps ${name} ${WORK_SECONDS}`;
    const run = await scene.mention(text);
    await scene.prompted(run, text);
    return run;
  };
  const killOne = async (): Promise<void> => {
    if (Math.random() < 0.5) {
      await other.end('SIGKILL');
      other = await scene.together.startReplica();
    } else {
      await scene.together.hangar.end('SIGKILL');
      await scene.together.startHangar();
    }
  };

  it(
    `answers each of ${RUNS} runs once, none ever stale, with ${KILLS} kills`,
    async () => {
      const runs: SimulatedRun[] = [];
      for (let kill = 0; kill < KILLS; kill += 1) {
        while (runs.length < ((kill + 1) * RUNS) / KILLS) runs.push(await begin(runs.length));
        await killOne();
      }
      for (const { id } of runs)
        await until('the run to be completed', async () => (await scene.history(id)).status === 'completed');
      const all = await Promise.all(runs.map(({ id }) => scene.history(id)));
      const turns = await Promise.all(runs.map(({ id }) => scene.turns(id)));
      const keys = all.flatMap(({ activities }) =>
        activities.flatMap(({ contentMetadata: key }) => key?.hangar_key ?? []),
      );
      const longest = Math.max(...all.map(({ longestSilenceMs }) => longestSilenceMs));
      const attempts = turns.flat().map(({ attempt }) => attempt);
      process.stderr.write(
        `agent-kills: ${JSON.stringify({ KILLS, RUNS, activities: keys.length, longestSilenceMs: longest, attempts })}\n`,
      );
      expect(all.map(({ status, wasStale }) => [status, wasStale])).toEqual(all.map(() => ['completed', false]));
      expect(new Set(keys).size).toBe(keys.length);
      const count = (type: string, body?: string): number[] =>
        all.map(
          ({ activities }) =>
            activities.filter((each) => each.type === type && (body ?? each.content.body) === each.content.body).length,
        );
      expect(count('response')).toEqual(runs.map(() => 1));
      expect(Math.max(...count('thought', 'On it.'))).toBe(1);
    },
    (5 + KILLS) * ceilingMs(),
  );
});
