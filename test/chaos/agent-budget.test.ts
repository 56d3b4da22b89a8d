import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentScene } from '../support/agent-scene.js';
import { FULL_SIZE } from '../support/full-size.js';
import { ceilingMs, until } from '../support/until.js';

const LIMIT = 60;
/** As many runs for the time until one is stale, and so for the calls that keep them alive. */
const [RUNS, STALE_SECONDS, WORK_SECONDS] = FULL_SIZE ? [30, 300, 360] : [6, 60, 75];
const ROUNDS = 10;

describe('many runs at once with one token', () => {
  let scene: AgentScene;

  beforeAll(async () => {
    scene = await AgentScene.start({ AGENT_STALE_SECONDS: String(STALE_SECONDS), AGENT_CONCURRENCY: String(RUNS) });
    const { plane, database } = scene.together;
    const settings = { agentTimeScale: STALE_SECONDS / 300, rateLimitPerMinute: LIMIT, slidingRateLimit: true };
    await plane.post('/settings', settings);
    await database.query('DELETE FROM plane_budgets');
    const match = '/api/v1/workspaces/*/runs/*/activities/';
    await plane.post('/faults', { match, method: 'POST', kind: 'drop-answer', every: 10 });
    await fetch(`${scene.together.simulator.url}/_simulator/calls`, { method: 'DELETE' });
  });

  afterAll(() => scene.stop());

  it(
    `stays within ${LIMIT} calls a minute, keeps ${RUNS} runs alive, and answers each`,
    async () => {
      const runs = await Promise.all(
        Array.from({ length: RUNS }, async (_, index) => {
          const text = `steps ${index} ${WORK_SECONDS}`;
          const run = await scene.mention(text);
          await scene.prompted(run, text);
          return run;
        }),
      );
      const isEnded = async (id: string): Promise<boolean> =>
        (await scene.turns(id)).every(({ state }) => state === 'closed');
      for (let round = 1; round < ROUNDS; round += 1)
        await until('the runs to end', async () =>
          (await Promise.all(runs.map(({ id }) => isEnded(id)))).every(Boolean),
        ).catch(
          () => undefined, // each wait is limited
        );
      const all = await Promise.all(runs.map(({ id }) => scene.history(id)));
      const keys = all.flatMap(({ activities }) =>
        activities.flatMap(({ contentMetadata: key }) => key?.hangar_key ?? []),
      );
      const { calls } = (await scene.together.plane.counts()) as unknown as {
        calls: { kind: string; peakPerMinute: number }[];
      };
      const longest = Math.max(...all.map(({ longestSilenceMs }) => longestSilenceMs));
      process.stderr.write(
        `agent-budget: ${JSON.stringify({ RUNS, activities: keys.length, longestSilenceMs: longest, STALE_SECONDS, calls })}\n`,
      );
      expect(all.map(({ status, wasStale }) => [status, wasStale])).toEqual(all.map(() => ['completed', false]));
      expect(new Set(keys).size).toBe(keys.length);
      expect(all.map(({ activities }) => activities.filter(({ type }) => type === 'response').length)).toEqual(
        all.map(() => 1),
      );
      expect(Math.max(...calls.map(({ peakPerMinute }) => peakPerMinute))).toBeLessThanOrEqual(LIMIT);
    },
    ROUNDS * ceilingMs(),
  );
});
