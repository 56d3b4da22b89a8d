import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiClient } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { meOf, sessionIn, signOut } from '../support/console-session.js';
import { FIXTURE_SECRET, HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { IdentityProvider } from '../support/identity-provider.js';
import { type Shown, walkApi, walkConsole } from '../support/operators-walk.js';
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
  /** Of operators: what a browser, a program and the identity provider know. */
  const operatorSecrets: [name: string, value: string][] = [];
  let shown: Shown[] = [];
  /** Stands in forms, and nowhere else. */
  let csrfToken = '';
  let provider: IdentityProvider;
  let proxy: RecordingProxy;
  let together: HangarWithSimulator;
  let rows = '';

  beforeAll(async () => {
    provider = await IdentityProvider.start();
    together = await HangarWithSimulator.start({
      environment: { LOG_LEVEL: 'trace', ...provider.environment },
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
    await operate();
    rows = await everyRow();
    await together.hangar.end();
    logs.push(together.hangar.log);
  });

  afterAll(async () => {
    await together.stop();
    await provider.stop();
    await proxy.close();
  });

  it('logs each failure', () => {
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

  it('has transferred tokens, codes and secrets', () => {
    expect(proxy.secrets.size).toBeGreaterThan(8);
    expect(proxy.secrets).toContain(CLIENT_SECRET);
    expect(proxy.secrets).toContain(WRONG_SECRET);
    expect(operatorSecrets.filter(([, value]) => value.length < 16)).toEqual([]);
    expect(operatorSecrets.length).toBeGreaterThan(7);
  });

  it('logs no secret', () => {
    expect(found(logs.join('\n'))).toEqual([]);
    expect(csrfToken).not.toBe('');
    expect(logs.join('\n')).not.toContain(csrfToken);
  });

  it('returns no secret in a response', () => {
    expect(found(answers.join('\n'))).toEqual([]);
  });

  it('has requested every operator page, and none contains a secret', () => {
    expect(shown.filter(({ status }) => status >= 400)).toEqual([]);
    process.stdout.write(`${shown.length} answers shown\n`);
    expect(shown.filter(({ path }) => /deliveries\/[\w-]{36}/.test(path)).length).toBeGreaterThan(3);
    const where = shown.flatMap(({ path, body }) => found(body).map((what) => `${path}: ${what}`));
    expect(where).toEqual([]);
  });

  it('stores no secret in plain text in the database', () => {
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
    const query = new URLSearchParams({ code, app_installation_id: randomUUID() });
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
    const refused = await keep(browser.open(`${wrong.url}/oauth/callback?app_installation_id=${id}`));
    expect([refused.status, answers.at(-1)]).toEqual([502, expect.stringContaining('PLANE_CLIENT_SECRET')]);
    proxy.echoing = true;
    await until('a second failure in its log, which has at most one a second', async () => {
      await keep(browser.open(`${wrong.url}/oauth/callback?app_installation_id=${id}`));
      return wrong.log.split('A call to Plane failed').length > 2;
    });
    proxy.echoing = false;
    logs.push(wrong.log);
  }

  /** Signs in and requests every page and API route; then fails in every way. */
  async function operate(): Promise<void> {
    await provider.app(together.url);
    await provider.account('ada', { groups: ['hangar-admins'], email: 'ada@example.com' });
    const browser = new Browser();
    const callback = await provider.approve(browser, `${together.url}/console/sign-in`, 'ada');
    operatorSecrets.push(['a code of the provider', new URL(callback).searchParams.get('code') ?? '']);
    const signedIn = await browser.open(callback);
    operatorSecrets.push(['the session', sessionIn(signedIn).replace(/^[^=]*=/, '')]);
    const token = await provider.machineToken({ groups: ['hangar-admins'] });
    operatorSecrets.push(['the bearer token', token]);
    const { document } = await ApiClient.of(together.hangar, token);
    shown = [...(await walkApi(together.url, document, token)), ...(await walkConsole(browser, together.url))];
    await failToOperate(browser, callback);
    ({ csrfToken } = await meOf(browser, together.url));
    const signedOut = await signOut(browser, together.url, csrfToken);
    const { searchParams } = new URL(signedOut.headers.get('location') ?? '');
    operatorSecrets.push(['the id token', searchParams.get('id_token_hint') ?? '']);
  }

  async function failToOperate(browser: Browser, callback: string): Promise<void> {
    await keep(browser.open(callback));
    await keep(browser.open(`${callback}x`));
    const madeUp = await provider.mint({ claims: { aud: 'elsewhere', sub: 'eve' } });
    const spoiled = `${madeUp.slice(0, -8)}${randomBytes(6).toString('base64url')}`;
    for (const bearer of [madeUp, spoiled, randomBytes(24).toString('base64url')]) {
      operatorSecrets.push(['a refused bearer token', bearer]);
      const headers = { authorization: `Bearer ${bearer}`, accept: 'application/json' };
      await keep(fetch(`${together.url}/api/v1/me`, { headers }));
    }
    const cookie = `hangar-session=${randomBytes(48).toString('base64url')}`;
    operatorSecrets.push(['a made-up session', cookie.replace(/^[^=]*=/, '')]);
    await keep(fetch(`${together.url}/console`, { headers: { cookie }, redirect: 'manual' }));
    const form = new URLSearchParams({
      _csrf: 'wrong',
      workspace: 'sandbox',
      secret: `plane_wh_${randomBytes(16).toString('hex')}`,
    });
    operatorSecrets.push(['a webhook secret in a form', form.get('secret') ?? '']);
    await keep(browser.open(`${together.url}/console/webhook-secrets/set`, { method: 'POST', body: form }));
    ({ csrfToken } = await meOf(browser, together.url));
    form.set('_csrf', csrfToken);
    await keep(browser.open(`${together.url}/console/webhook-secrets/set`, { method: 'POST', body: form }));
  }

  async function keep(answered: Promise<Response>): Promise<Response> {
    const answer = await answered;
    answers.push(`${answer.status} ${JSON.stringify([...answer.headers])} ${await answer.text()}`);
    return answer;
  }

  async function everyRow(): Promise<string> {
    const tables = await together.database.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname IN ('public', 'pgboss')`,
    );
    const found: object[] = [];
    for (const { name } of tables)
      found.push(...(await together.database.query(`SELECT t::text AS row FROM ${name} t`)));
    return JSON.stringify(found);
  }

  /** The names of the secrets that a text contains in any form, with what stands before them. */
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
      ['the secret of the identity provider', provider.environment['OIDC_CLIENT_SECRET'] ?? ''],
      ...operatorSecrets,
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
  const texts = [value, encodeURIComponent(value), form, JSON.stringify(value).slice(1, -1), ...base64, ...url];
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
