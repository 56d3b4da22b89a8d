import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recorded } from '../fixtures/recorded.js';
import { AgentScene } from '../support/agent-scene.js';
import { until } from '../support/until.js';

const OTHERS = 500;
const SENDERS = 20;

describe('the acknowledgement of a prompt', () => {
  let scene: AgentScene;

  beforeAll(async () => {
    scene = await AgentScene.start({ AGENT_CONCURRENCY: '1' });
  });

  afterAll(() => scene.stop());

  const acknowledged = async (runId: string): Promise<unknown> =>
    until('the acknowledgement', async () => (await scene.acknowledgements(runId)) === 1);
  const work = (): Promise<unknown> => {
    const ids = { delivery_id: randomUUID(), event_id: randomUUID(), entity_id: randomUUID() };
    return scene.send({ ...recorded('v2-workitem-updated'), ...ids }, 'workitem.updated');
  };

  it(`waits neither for ${OTHERS} events of other handlers nor for a slot of the agent`, async () => {
    await Promise.all(
      Array.from({ length: SENDERS }, async () => {
        for (let sent = 0; sent < OTHERS / SENDERS; sent += 1) await work();
      }),
    );
    const [first, second] = [await scene.mention('held one'), await scene.mention('echo two')];
    const prompt = await scene.prompted(first, 'held one');
    await until('the first call', () => scene.callsFor(prompt).length === 1);
    const waiting = await scene.prompted(second, 'echo two');
    await Promise.all([acknowledged(first.id), acknowledged(second.id)]);
    expect(scene.callsFor(waiting)).toEqual([]);
    scene.release('one');
    expect(await scene.responses(second.id)).toEqual(['echo two']);
  });

  it('is posted once where Plane stores it but the connection breaks', async () => {
    const run = await scene.mention('held three');
    const match = `/api/v1/workspaces/sandbox/runs/${run.id}/activities/`;
    await scene.together.plane.post('/faults', { match, kind: 'drop-answer', times: 1 });
    await scene.prompted(run, 'held three');
    await until('the turn to be acknowledged', async () => {
      const [turn] = await scene.together.database.query<{ at: Date | null }>(
        `SELECT acknowledged_at AS at FROM agent_turns AS turn JOIN agent_runs AS run ON run.id = turn.run_id
         WHERE run.run_id = $1`,
        [run.id],
      );
      return turn?.at !== null && turn?.at !== undefined;
    });
    scene.release('three');
    await scene.responses(run.id);
    expect(await scene.acknowledgements(run.id)).toBe(1);
  });
});
