import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recorded } from '../fixtures/recorded.js';
import { AgentScene, type SimulatedRun } from '../support/agent-scene.js';
import { FULL_SIZE } from '../support/full-size.js';
import { until } from '../support/until.js';

const MENTIONS = FULL_SIZE ? 1000 : 100;
/** Events of another handler, whose slots they take until the test ends. */
const OTHERS = 500;
const USERS = 10;

describe(`${MENTIONS} mentions at two processes, behind ${OTHERS} events of another handler`, () => {
  let scene: AgentScene;

  beforeAll(async () => {
    scene = await AgentScene.start();
    await scene.together.startReplica({ AGENT_FOLDER: scene.together.environment['AGENT_FOLDER'] ?? '' });
  });

  afterAll(() => scene.stop());

  const count = async (condition: string): Promise<number> => {
    const [row] = await scene.together.database.query<{ count: number }>(
      `SELECT count(*)::int FROM agent_turns WHERE ${condition}`,
    );
    return row?.count ?? 0;
  };

  const latencies = async (): Promise<object> => {
    const [row] = await scene.together.database.query<{ p50: number; p99: number }>(
      `SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS p50,
              percentile_cont(0.99) WITHIN GROUP (ORDER BY seconds) AS p99
       FROM (SELECT extract(epoch FROM acknowledged_at - received_at)::float8 AS seconds FROM agent_turns) AS turns`,
    );
    return { ...row };
  };
  const work = async (): Promise<void> => {
    const ids = { delivery_id: randomUUID(), event_id: randomUUID(), entity_id: randomUUID() };
    await scene.send({ ...recorded('v2-workitem-updated'), ...ids }, 'workitem.updated');
  };
  const byUsers = async (count: number, act: () => Promise<unknown>): Promise<void> => {
    await Promise.all(
      Array.from({ length: USERS }, async () => {
        for (let done = 0; done < count / USERS; done += 1) await act();
      }),
    );
  };

  it('are each acknowledged once, before a slot is free, and answered once', async () => {
    const runs: SimulatedRun[] = [];
    await byUsers(OTHERS, work);
    await byUsers(MENTIONS, async () => {
      const run = await scene.mention('held all');
      runs.push(run);
      // In this order: a prompt that comes seconds after its run has another id than the simulator's, and would be a second turn.
      await scene.prompted(run, 'held all');
      await scene.created(run);
    });
    await until('all acknowledgements', async () => (await count('acknowledged_at IS NOT NULL')) === MENTIONS);
    process.stderr.write(`agent-mentions: ${JSON.stringify({ MENTIONS, OTHERS, acknowledged: await latencies() })}\n`);
    scene.release('all');
    await until('all answers', async () => (await count(`outcome = 'completed'`)) === MENTIONS);
    const posted = (await scene.runs()).map(({ activities }) => activities.filter(({ type }) => type !== 'prompt'));
    expect(runs).toHaveLength(MENTIONS);
    expect(posted.filter((own) => own.map(({ content }) => content.body).join() !== 'On it.,held all')).toEqual([]);
    expect(scene.calls()).toHaveLength(MENTIONS);
  });
});
