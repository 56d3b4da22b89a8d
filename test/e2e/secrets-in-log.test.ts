import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { FIXTURE_SECRET, HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { RecordingProxy } from '../support/recording-proxy.js';
import { until } from '../support/until.js';

/** Their lengths and characters give another text in each encoding. */
const CLIENT_ID = 'client-of-another-length';
const CLIENT_SECRET = `s+/=&% ${randomBytes(24).toString('base64')}`;
const WRONG_SECRET = `wrong+/=&% ${randomBytes(24).toString('base64')}`;
const USER = { decision: 'authorise', user: 'member' } as const;

const CONSENTS = [
  ['/oauth/setup', { decision: 'install' }],
  ['/oauth/setup?flow=user', USER],
] as const;

describe('a run full of failures', () => {
  const answers: string[] = [];
  const logs: string[] = [];
  const madeUpCodes: string[] = [];
  let proxy: RecordingProxy;
  let together: HangarWithSimulator;
  let rows = '';

  beforeAll(async () => {
    together = await HangarWithSimulator.start({
      environment: { LOG_LEVEL: 'trace' },
      simulator: { clientId: CLIENT_ID, clientSecret: CLIENT_SECRET },
      planeUrl: async (simulatorUrl) => {
        proxy = await RecordingProxy.start(simulatorUrl);
        return proxy.url;
      },
    });
    await failAround();
    await failHandlers();
    await failWithEchoes();
    await failWithWrongSecret();
    rows = await everyRow();
    await together.hangar.end();
    logs.push(together.hangar.log);
  });

  afterAll(async () => {
    await together.stop();
    await proxy.close();
  });

  it('tells of each failure', () => {
    const told = [
      'Plane answered 500',
      'Plane cannot be reached',
      'invalid_client',
      'invalid_request',
      'failed: will be tried again',
    ];
    const log = logs.join('\n');
    expect(told.filter((text) => !log.includes(text))).toEqual([]);
    expect(answers.filter((text) => text.includes('PLANE_CLIENT_SECRET'))).not.toEqual([]);
  });

  it('has seen tokens, codes and secrets pass', () => {
    expect(proxy.secrets.size).toBeGreaterThan(8);
    expect(proxy.secrets).toContain(CLIENT_SECRET);
    expect(proxy.secrets).toContain(WRONG_SECRET);
  });

  it('leaves no secret in the log', () => {
    expect(found(logs.join('\n'))).toEqual([]);
  });

  it('leaves no secret in an answer', () => {
    expect(found(answers.join('\n'))).toEqual([]);
  });

  it('leaves no secret in the database', () => {
    expect(rows.includes('Sandbox')).toBe(true);
    expect(found(rows)).toEqual([]);
  });

  /** Consents that work, and every way in which they do not. */
  async function failAround(): Promise<void> {
    const browser = new Browser();
    for (const [setup, decision] of CONSENTS)
      expect((await keep(browser.install(together.url, setup, decision))).status).toBe(200);
    for (const fault of [
      { match: '/auth/o/token/', kind: 'refuse-grant' },
      { match: '/auth/o/token/', kind: 'status', status: 500 },
      { match: '/auth/o/token/', kind: 'drop' },
      { match: '/auth/o/token/', kind: 'drop-answer' },
      { match: '/auth/o/app-installation/', kind: 'status', status: 500 },
      { match: '/api/v1/users/me/', kind: 'drop' },
    ]) {
      await together.plane.post('/faults', fault);
      for (const [setup, decision] of CONSENTS) await keep(browser.install(together.url, setup, decision));
      await together.plane.clearFaults();
    }
    for (const state of ['', 'unknown', 'foreign']) await comeBackWith(browser, state);
  }

  async function comeBackWith(browser: Browser, state: string): Promise<void> {
    const code = randomBytes(32).toString('base64url');
    madeUpCodes.push(code);
    const other = await new Browser().consent(together.url, '/oauth/setup?flow=user', USER);
    const foreign = new URL(other).searchParams.get('state') ?? '';
    const query = new URLSearchParams({ code, app_installation_id: 'made-up' });
    if (state !== '') query.set('state', state === 'foreign' ? foreign : state);
    await keep(browser.open(`${together.url}/oauth/callback?${query.toString()}`));
    const mine = new URL(await browser.consent(together.url, '/oauth/setup?flow=user', USER));
    mine.searchParams.set('code', code);
    await keep(browser.open(mine.href));
  }

  async function failHandlers(): Promise<void> {
    await failHandler({ match: '/api/v1/', kind: 'status', status: 500 });
    await failHandler({ match: '/api/v1/', kind: 'drop' });
    await together.plane.post('/tokens/expire');
    await failHandler({ match: '/auth/o/token/', kind: 'status', status: 500 });
  }

  async function failWithEchoes(): Promise<void> {
    const browser = new Browser();
    const bot = await browser.consent(together.url, '/oauth/setup', { decision: 'install' });
    const user = await browser.consent(together.url, '/oauth/setup?flow=user', USER);
    proxy.echoing = true;
    await keep(browser.open(bot));
    await keep(browser.open(user));
    await failHandler();
    proxy.echoing = false;
  }

  async function failHandler(fault?: object): Promise<void> {
    if (fault) await together.plane.post('/faults', fault);
    const before = failures();
    await together.deliver(pingWebhook('v2'));
    await until('the handler to fail', () => failures() > before);
    await together.plane.clearFaults();
  }

  const failures = (): number => together.hangar.log.split('failed: will be tried again').length;

  async function failWithWrongSecret(): Promise<void> {
    const wrong = await together.startReplica({ PLANE_CLIENT_SECRET: WRONG_SECRET });
    const browser = new Browser();
    const { id } = (await together.world()).installations[0] ?? { id: '' };
    await keep(browser.open(`${wrong.url}/oauth/callback?app_installation_id=${id}`));
    proxy.echoing = true;
    await keep(browser.open(`${wrong.url}/oauth/callback?app_installation_id=${id}`));
    proxy.echoing = false;
    await until('its log', () => wrong.log.split('A call to Plane failed').length > 2);
    logs.push(wrong.log);
  }

  async function keep(answered: Promise<Response>): Promise<Response> {
    const answer = await answered;
    answers.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`);
    return answer;
  }

  async function everyRow(): Promise<string> {
    const tables = ['installations', 'tokens', 'oauth_states', 'deliveries', 'pgboss.job'];
    const found: object[] = [];
    for (const table of tables)
      found.push(...(await together.database.query(`SELECT t::text AS row FROM ${table} t`)));
    return JSON.stringify(found);
  }

  /** The names of the secrets that a text holds in any form, with what stands before them. */
  function found(text: string): string[] {
    return secrets().flatMap(([name, value]) => {
      const form = formsOf(value).find((candidate) => text.includes(candidate));
      return form === undefined
        ? []
        : [`${name}: ${text.slice(Math.max(0, text.indexOf(form) - 300), text.indexOf(form))}…`];
    });
  }

  function secrets(): [name: string, value: string][] {
    const { DATABASE_URL = '', HANGAR_ENCRYPTION_KEYS = '' } = together.environment;
    return [
      ['the client secret', CLIENT_SECRET],
      ['the wrong client secret', WRONG_SECRET],
      ['the client credentials', `${CLIENT_ID}:${CLIENT_SECRET}`],
      ['the wrong client credentials', `${CLIENT_ID}:${WRONG_SECRET}`],
      ['the encoded client credentials', `${CLIENT_ID}:${encodeURIComponent(CLIENT_SECRET)}`],
      ['the webhook secret', together.simulator.webhookSecret],
      ['the older webhook secret', FIXTURE_SECRET],
      ['the encryption key', HANGAR_ENCRYPTION_KEYS.replace(/^[^:]*:/, '')],
      ['the database password', new URL(DATABASE_URL).password],
      ...madeUpCodes.map((code): [string, string] => ['a code', code]),
      ...[...proxy.secrets].map((value, index): [string, string] => [`passing secret ${index}`, value]),
    ];
  }
});

/** As it is, in a URL, in a form, in JSON, and in base64 wherever it begins. */
function formsOf(value: string): string[] {
  const form = new URLSearchParams({ v: value }).toString().slice(2);
  const base64 = [0, 1, 2].map((shift) => base64Inside(value, shift));
  const url = base64.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const texts = [
    value,
    encodeURIComponent(value),
    form,
    JSON.stringify(value).slice(1, -1),
    ...base64,
    ...url,
  ];
  return [...new Set(texts)];
}

/** The characters of the base64 that are the value's alone, with so many bytes before it. */
function base64Inside(value: string, shift: number): string {
  const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]);
  const start = shift === 0 ? 0 : 4;
  return bytes
    .subarray(0, bytes.length - (bytes.length % 3))
    .toString('base64')
    .slice(start);
}
