import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient, type ApiAnswer } from '../support/api-client.js';
import { items } from '../support/api-scene.js';
import { Browser } from '../support/browser.js';
import { type ConnectionName, ConnectionsScene } from '../support/connections-scene.js';
import { until } from '../support/until.js';

const AGENTS = ['cloud', 'inside'] as const;

describe('two connections whose apps are agents in the same workspace', () => {
  let scene: ConnectionsScene;
  let api: ApiClient;

  beforeAll(async () => {
    scene = await ConnectionsScene.start();
    api = await ApiClient.of(scene.hangar);
  });

  afterAll(() => scene.stop());

  const answers = (id: ConnectionName, run: string): Promise<(string | undefined)[]> =>
    until(`the answer on ${id}`, async () => {
      const texts = await scene.texts(id, run, 'response');
      return texts.length > 0 && texts;
    });
  const listed = async (query: string): Promise<ApiAnswer> => api.call('GET', `agent-runs?${query}`);

  it('are each answered in their own Plane', async () => {
    for (const id of [...AGENTS, ...AGENTS]) {
      const run = await scene.mention(id, 'call');
      expect(await answers(id, run)).toEqual([`answered on ${id}`]);
    }
  });

  it('are listed with their connection', async () => {
    const all = items(await listed('limit=10'));
    expect(all.map(({ connection }) => connection)).toEqual(['inside', 'cloud', 'inside', 'cloud']);
    expect(all).toMatchObject(all.map(() => ({ workspace: 'sandbox' })));
    for (const query of ['connection=inside', 'workspace=inside/sandbox'])
      expect(items(await listed(query)).map(({ connection }) => connection)).toEqual(['inside', 'inside']);
    expect(items(await listed('workspace=sandbox'))).toHaveLength(4);
    expect(items(await listed('connection=inside&workspace=cloud/sandbox'))).toEqual([]);
    expect(await listed('connection=insid')).toMatchObject({
      status: 400,
      json: { errors: [{ parameter: 'connection', problem: 'is unknown; similar: inside' }] },
    });
  });

  it('ask for the consent to the app of their own connection', async () => {
    const run = await scene.mention('inside', 'permitted');
    const question = await until('the question', async () => (await scene.texts('inside', run, 'elicitation'))[0]);
    const { pathname, search } = new URL(/http\S+$/.exec(question)?.[0] ?? '');
    expect(pathname).toBe('/oauth/setup/inside');
    const back = await new Browser().install(scene.url, `${pathname}${search}`, { decision: 'authorise' });
    expect(back).toMatchObject({ ok: true });
    expect(await answers('inside', run)).toEqual(['permitted true']);
  });

  it('get a client of the user outside of a run by the connection that they name', async () => {
    // There is a consent of that user on `inside` alone.
    expect(await answers('inside', await scene.mention('inside', 'outside'))).toEqual(['outside true consent_needed']);
  });

  it('end the turns of one connection where the app is uninstalled there', async () => {
    const runs = { cloud: await scene.mention('cloud', 'hold'), inside: await scene.mention('inside', 'hold') };
    const stateOf = async (id: ConnectionName): Promise<unknown> => {
      const [{ state } = { state: '' }] = await scene.database.query<{ state: string }>(
        `SELECT state FROM agent_turns AS turn JOIN agent_runs AS run ON run.id = turn.run_id
         WHERE connection_id = $1 AND run.run_id = $2`,
        [id, runs[id as 'cloud' | 'inside']],
      );
      return state;
    };
    for (const id of AGENTS) {
      await until(`the turn on ${id}`, async () => (await stateOf(id)) === 'running');
      await until(`the acknowledgement on ${id}`, async () =>
        (await scene.texts(id, runs[id], 'thought')).includes('On it.'),
      );
    }
    await scene.uninstall('cloud');
    await until('the end of the turn', async () => (await stateOf('cloud')) === 'closed');
    expect(await stateOf('inside')).toBe('running');
  });
});
