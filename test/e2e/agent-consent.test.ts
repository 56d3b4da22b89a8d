import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentScene, type SimulatedRun } from '../support/agent-scene.js';
import { Browser } from '../support/browser.js';
import { until } from '../support/until.js';

const STALE_SECONDS = 20;

describe('an agent that asks for permission', () => {
  let scene: AgentScene;

  beforeAll(async () => {
    scene = await AgentScene.start({ AGENT_STALE_SECONDS: String(STALE_SECONDS) });
    await scene.together.plane.post('/settings', { agentTimeScale: STALE_SECONDS / 300 });
  });

  afterAll(() => scene.stop());

  /** A run that waits for a consent, and the path where it is given. */
  const asked = async (text: string): Promise<{ run: SimulatedRun; prompt: string; path: string }> => {
    const run = await scene.mention(text);
    const prompt = await scene.prompted(run, text);
    const [question = ''] = await until('the question', async () => {
      const texts = await scene.texts(run.id, 'elicitation');
      return texts.length > 0 && texts;
    });
    await until('the turn to be parked', async () => {
      const rows = await scene.together.database.query('SELECT FROM parked_jobs WHERE awaits LIKE $1', ['consent:%']);
      return rows.length > 0;
    });
    const { pathname, search } = new URL(/http\S+$/.exec(question)?.[0] ?? '');
    return { run, prompt, path: `${pathname}${search}` };
  };
  const ended = (run: SimulatedRun): Promise<unknown> =>
    until('the turn to be closed', async () => (await scene.turns(run.id))[0]?.state === 'closed');
  const errors = (run: SimulatedRun): Promise<(string | undefined)[]> => scene.texts(run.id, 'error');

  it('ends, and says so, where the person refuses', async () => {
    const { run, prompt, path } = await asked('permitted one');
    expect(await scene.turns(run.id)).toMatchObject([{ state: 'parked' }]);
    await new Browser().install(scene.together.url, path, { decision: 'refuse' });
    await ended(run);
    expect(await errors(run)).toEqual(['You did not permit me to act as you, so I end here.']);
    expect(scene.callsFor(prompt)).toHaveLength(1);
    expect(await scene.turns(run.id)).toMatchObject([{ outcome: 'failed' }]);
  });

  it('ends, and says so, where the person does not consent within a day', async () => {
    const { run } = await asked('permitted two');
    const { database } = scene.together;
    await database.query(`UPDATE agent_turns SET updated_at = now() - interval '25 hours' WHERE state = 'parked'`);
    await ended(run);
    expect(await errors(run)).toEqual([expect.stringContaining('within a day')]);
  });

  it('can be stopped while it waits', async () => {
    const { run } = await asked('permitted three');
    await scene.prompted(run, 'stop', { signal: 'stop' });
    await ended(run);
    expect(await scene.texts(run.id, 'response')).toEqual(['I have stopped.']);
    expect(await scene.turns(run.id)).toMatchObject([{ outcome: 'stopped' }]);
  });

  it('lives while it waits, and goes on by itself once the person has consented', async () => {
    const { run, prompt, path } = await asked('permitted four');
    await until('the run to live for longer than Plane leaves it alone', async () => {
      const { activities } = await scene.history(run.id);
      const [first, last] = [activities[0], activities.at(-1)];
      return first && last && last.createdAt - first.createdAt > STALE_SECONDS * 1100;
    });
    expect(await new Browser().install(scene.together.url, path, { decision: 'authorise' })).toMatchObject({
      ok: true,
    });
    expect(await scene.responses(run.id)).toEqual(['permitted true']);
    await ended(run);
    expect(await scene.history(run.id)).toMatchObject({ status: 'completed', wasStale: false });
    expect(await scene.texts(run.id, 'elicitation')).toHaveLength(1);
    expect(scene.callsFor(prompt)).toHaveLength(2);
  });
});
