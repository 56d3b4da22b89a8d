import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentScene, type SimulatedRun } from '../support/agent-scene.js';
import { Browser } from '../support/browser.js';
import { IdentityProvider } from '../support/identity-provider.js';
import { until } from '../support/until.js';

describe('an agent that asks people of an identity provider for permission', () => {
  let provider: IdentityProvider;
  let scene: AgentScene;

  beforeAll(async () => {
    provider = await IdentityProvider.start();
    scene = await AgentScene.start(provider.environment);
    await provider.app(scene.together.url);
    for (const login of ['zoe', 'yan']) await provider.account(login, { name: login, groups: ['visitors'] });
  });

  afterAll(async () => {
    await scene.stop();
    await provider.stop();
  });

  /** A run whose turn is parked, and the path of the link that it shows. */
  const asked = async (text: string): Promise<{ run: SimulatedRun; path: string }> => {
    const run = await scene.mention(text);
    await scene.prompted(run, text);
    const [question = ''] = await until('the question', async () => {
      const texts = await scene.texts(run.id, 'elicitation');
      return texts.length > 0 && texts;
    });
    await until('the turn to be parked', async () => (await scene.turns(run.id))[0]?.state === 'parked');
    const { pathname, search } = new URL(/http\S+$/.exec(question)?.[0] ?? '');
    return { run, path: `${pathname}${search}` };
  };
  /** Follows the link as a person without a role. Resolves with the path to which the sign-in leads. */
  const signedIn = async (browser: Browser, path: string, login: string): Promise<string> => {
    const answer = await provider.signIn(browser, scene.together.url, login, path);
    expect(answer.status).toBe(303);
    const { pathname, search } = new URL(answer.headers.get('location') ?? '', scene.together.url);
    return `${pathname}${search}`;
  };

  it('leads a person without a role through the sign-in to the consent, and goes on then', async () => {
    const { run, path } = await asked('permitted one');
    const browser = new Browser();
    const setup = await signedIn(browser, path, 'zoe');
    expect(setup).toMatch(/^\/oauth\/setup\?flow=user&request=[\w-]+&user=/);
    expect(await browser.install(scene.together.url, setup, { decision: 'authorise' })).toMatchObject({ ok: true });
    expect(await scene.responses(run.id)).toEqual(['permitted true']);
  });

  it('asks for the person of a subject, who links their Plane user by it', async () => {
    const { run, path } = await asked('subject yan');
    const browser = new Browser();
    const setup = await signedIn(browser, path, 'yan');
    expect(setup).toMatch(/^\/oauth\/setup\?flow=user&request=[\w-]+$/);
    await browser.install(scene.together.url, setup, { decision: 'authorise' });
    expect(await scene.responses(run.id)).toEqual([expect.stringMatching(/^permitted as [\w-]+$/)]);
    expect(await scene.texts(run.id, 'elicitation')).toHaveLength(1);
  });

  it('ends where the person of a subject refuses', async () => {
    const { run, path } = await asked('subject ann');
    await provider.account('ann', { name: 'Ann', groups: [] });
    const browser = new Browser();
    const setup = await signedIn(browser, path, 'ann');
    await browser.install(scene.together.url, setup, { decision: 'refuse' });
    await until('the end', async () => (await scene.turns(run.id))[0]?.outcome === 'failed');
    expect(await scene.texts(run.id, 'error')).toEqual(['You did not permit me to act as you, so I end here.']);
  });
});
