import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentScene } from '../support/agent-scene.js';
import { until } from '../support/until.js';

describe('a process that is killed while its agent works', () => {
  let scene: AgentScene;

  beforeAll(async () => {
    scene = await AgentScene.start();
  });

  afterAll(() => scene.stop());

  const killAndStart = async (): Promise<void> => {
    await scene.together.hangar.end('SIGKILL');
    await scene.together.startHangar();
  };

  it('is replaced by one that continues with the saved state, and acknowledges nothing again', async () => {
    const run = await scene.mention('resume one');
    const prompt = await scene.prompted(run, 'resume one');
    await until('the state to be saved', () => scene.calls().find(({ saved }) => saved === prompt));
    await until('the acknowledgement', async () => (await scene.acknowledgements(run.id)) === 1);
    await killAndStart();
    expect(await scene.responses(run.id)).toEqual(['step 7 in attempt 2']);
    await until('the turn to be closed', async () => (await scene.turns(run.id))[0]?.state === 'closed');
    expect(await scene.acknowledgements(run.id)).toBe(1);
    expect(scene.callsFor(prompt).map(({ attempt }) => attempt)).toEqual([1, 2]);
  });

  it('does not run a turn again that was answered', async () => {
    const run = await scene.mention('answers');
    const prompt = await scene.prompted(run, 'answers');
    await until('the answer', () => scene.calls().find(({ answered }) => answered === prompt));
    await killAndStart();
    const next = await scene.prompted(run, 'echo next');
    expect(await scene.responses(run.id, 2)).toEqual(['answered before the end', 'echo next']);
    expect([scene.callsFor(prompt), scene.callsFor(next)].map(({ length }) => length)).toEqual([1, 1]);
  });

  it('leaves an answer that Plane stores later, which is not posted twice', async () => {
    const run = await scene.mention('held two');
    const prompt = await scene.prompted(run, 'held two');
    await until('the acknowledgement', async () => (await scene.acknowledgements(run.id)) === 1);
    const match = `/api/v1/workspaces/sandbox/runs/${run.id}/activities/`;
    await scene.together.plane.post('/faults', { match, kind: 'slow', ms: 600_000 });
    scene.release('two');
    await until('the answer to be under way', async () =>
      (await scene.together.world()).faults.some(({ used }) => used > 0),
    );
    await scene.together.hangar.end('SIGKILL');
    await scene.together.plane.clearFaults();
    await scene.together.startHangar();
    await until('the turn to be closed', async () => (await scene.turns(run.id))[0]?.state === 'closed');
    expect(await scene.texts(run.id, 'response')).toEqual(['held two']);
    expect(scene.callsFor(prompt)).toHaveLength(1);
  });
});
