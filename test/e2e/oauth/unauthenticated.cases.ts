import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../../support/browser.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';
import { type SharedServer } from '../../support/shared-server.js';
import { until } from '../../support/until.js';

const JSON_ONLY = { headers: { accept: 'application/json' } };
const MEMBER = { decision: 'authorise', user: 'member' } as const;
const SANDBOX = { decision: 'install', workspace: 'sandbox' } as const;
const USER_SETUP = '/oauth/setup?flow=user';
const FLOOD_CLIENTS = 20;
const ADDRESS = '203.0.113.1';
const MANY_ADDRESSES = Array.from({ length: 20 }, (_, index) => `198.51.100.${index}`);
const OTHER_ADDRESSES = Array.from({ length: 20 }, (_, index) => `2001:db8:0:${index}::1`);
const TOKEN_CALLS = 'POST /auth/o/token/';

let together: HangarWithSimulator;
let began: number;

/** What a client without credentials, or with a code of another person, can cause. Part of `oauth-unauthenticated.test.ts`, on its server. */
export function unauthenticatedCases(shared: SharedServer): void {
  beforeAll(() => {
    ({ together } = shared);
    began = performance.now();
  });

  describe('the code of a callback', () => {
    it.each([
      ['that installed the app', '/oauth/setup', SANDBOX],
      ['that linked another person', USER_SETUP, MEMBER],
    ])('%s does not link another person', async (_, setup, decision) => {
      const admin = new Browser();
      const back = await admin.consent(together.url, setup, decision);
      await admin.open(back);
      expect(await linkWith(codeIn(back))).toMatchObject({ status: 400, type: 'urn:hangar:oauth_code_seen' });
    });

    it.each<[string, (back: URL) => void]>([
      ['without its state', (back) => back.searchParams.delete('state')],
      ['with two states', (back) => back.searchParams.append('state', 'other')],
      ['with an error', (back) => back.searchParams.set('error', 'access_denied')],
      ['in another browser', () => undefined],
    ])('that came %s is not accepted afterwards, on any replica', async (_, change) => {
      const back = new URL(await new Browser().consent(together.url, USER_SETUP, MEMBER));
      change(back);
      expect((await new Browser().open(back.href)).status).toBeGreaterThanOrEqual(400);
      const code = codeIn(back.href);
      expect(await linkWith(code)).toMatchObject({ status: 400, type: 'urn:hangar:oauth_code_seen' });
      const remembered = `SELECT expires_at > now() + interval '14 minutes' AS kept FROM oauth_used_values
                          WHERE state_hash IS NOT NULL AND value_hash = encode(sha256(convert_to($1, 'UTF8')), 'hex')`;
      expect(await together.database.query(remembered, [`code ${code}`])).toEqual([{ kept: true }]);
    });

    it('of an installation is not accepted where a user is linked', async () => {
      const back = await new Browser().consent(together.url, USER_SETUP, SANDBOX);
      const browser = new Browser();
      const mine = new URL(await browser.consent(together.url, USER_SETUP, MEMBER));
      mine.searchParams.set('app_installation_id', new URL(back).searchParams.get('app_installation_id') ?? '');
      expect(await problemOf(browser, mine.href)).toMatchObject({
        status: 400,
        type: 'urn:hangar:oauth_callback_mixed',
      });
    });
  });

  describe('unauthenticated callbacks', () => {
    it.each<[string, () => Record<string, string>]>([
      ['without a state and an installation', () => ({ code: randomUUID() })],
      ['with malformed installation ids', () => ({ app_installation_id: `sandbox-${randomUUID()}` })],
      ['with made-up states', () => ({ code: randomUUID(), state: randomUUID() })],
    ])('%s call Plane not once', async (_, parameters) => {
      const before = await tokenCalls();
      for (const status of await callbacks(20, parameters)) expect(status).toBe(400);
      expect(await tokenCalls()).toBe(before);
    });

    it('that name an installation with a fresh token do not mint another', async () => {
      await together.install();
      const id = await installationId();
      const before = [await tokenCalls(), await botTokens()];
      for (const status of await callbacks(5, () => ({ app_installation_id: id }))) expect(status).toBe(200);
      expect([await tokenCalls(), await botTokens()]).toEqual(before);
    });

    it('at the same time about one installation share a call', async () => {
      const id = await installationId();
      await together.database.query(`DELETE FROM tokens WHERE kind = 'bot'`);
      const before = await tokenCalls();
      await together.plane.post('/faults', { match: '/auth/o/token/', kind: 'slow', ms: 500 });
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => callbacks(1, () => ({ app_installation_id: id }))),
      );
      await together.plane.clearFaults();
      expect(answers.flat()).toEqual([200, 200, 200, 200, 200]);
      expect(await tokenCalls()).toBe(before + 1);
    });

    it('about many installations are limited in all, and an admin can install meanwhile', async () => {
      const before = await tokenCalls();
      const statuses = await callbacks(100, () => ({ app_installation_id: randomUUID() }));
      expect(statuses).toContain(429);
      expect((await tokenCalls()) - before).toBeLessThan(50);
      const limited = await until('a callback to be limited', async () => {
        const answer = await new Browser().open(callback({ app_installation_id: randomUUID() }), JSON_ONLY);
        return answer.status === 429 && answer; // one more may be allowed every few seconds
      });
      expect(limited.headers.get('retry-after')).toBe('60');
      await together.install('harbour');
    });
  });

  describe('a flood of callbacks', () => {
    const floodUntilLimited = async (addresses: readonly string[]): Promise<unknown> =>
      until('a code to be limited', async () => (await flood(200, addresses, () => ({ code: randomUUID() }))).has(429));

    it('with codes from one address does not keep the codes of others from being stored', async () => {
      await floodUntilLimited([ADDRESS]);
      const code = randomUUID();
      expect((await new Browser().open(callback({ code }))).status).toBe(400);
      expect(await isStored(code)).toBe(true);
    });

    it('with several codes each has one stored', async () => {
      const codes = [randomUUID(), randomUUID()] as const;
      const url = `${together.url}/oauth/callback?code=${codes[0]}&code=${codes[1]}`;
      expect((await new Browser().open(url)).status).toBe(400);
      expect(await Promise.all(codes.map(isStored))).toEqual([true, false]);
    });

    it('with codes from many addresses does not keep the code of an install from being stored', async () => {
      const admin = new Browser();
      const back = await admin.consent(together.url, '/oauth/setup', SANDBOX);
      await floodUntilLimited(MANY_ADDRESSES);
      expect((await admin.open(back)).status).toBe(200);
      expect(await isStored(codeIn(back))).toBe(true);
      expect(await linkWith(codeIn(back))).toMatchObject({ status: 400, type: 'urn:hangar:oauth_code_seen' });
    });

    it('with codes from many addresses has a code without a consent refused, and not accepted afterwards', async () => {
      await floodUntilLimited(OTHER_ADDRESSES);
      // A code may still get the room that has become free since.
      const refused = await until('a code to be refused', async () => {
        const back = new URL(await new Browser().consent(together.url, '/oauth/setup', SANDBOX));
        back.searchParams.delete('state');
        const [{ status }] = await Promise.all([
          new Browser().open(back.href),
          flood(100, OTHER_ADDRESSES, () => ({ code: randomUUID() })),
        ]);
        return status === 429 && back.href;
      });
      expect(await linkWith(codeIn(refused))).toMatchObject({ status: 400, type: 'urn:hangar:oauth_code_seen' });
    });

    it('of consents that one address started does not keep others from installing and linking', async () => {
      const headers = { 'x-forwarded-for': ADDRESS };
      const attack = async (): Promise<number> => {
        const browser = new Browser();
        const started = await browser.open(`${together.url}/oauth/setup`, { headers });
        const state = new URL(started.headers.get('location') ?? '').searchParams.get('state') ?? '';
        return (await browser.open(callback({ state, app_installation_id: randomUUID() }), { headers })).status;
      };
      expect(await Promise.all(Array.from({ length: 100 }, attack))).toContain(429);
      await installAndLink();
    });

    it('with one state does not keep others from installing and linking', async () => {
      const browser = new Browser();
      const state =
        new URL(await browser.consent(together.url, '/oauth/setup', SANDBOX)).searchParams.get('state') ?? '';
      expect(await flood(400, [ADDRESS], () => ({ state }))).toEqual(new Set([400]));
      expect(await problemOf(browser, callback({ state }))).toMatchObject({ type: 'urn:hangar:oauth_state_used' });
      await installAndLink();
    });
  });

  describe('the audit log', () => {
    const entries = async (action: string): Promise<object[]> =>
      together.database.query('SELECT outcome, target, details FROM audit_log WHERE action = $1 ORDER BY seq DESC', [
        action,
      ]);

    it('contains installations', async () => {
      await together.database.query(`DELETE FROM tokens WHERE kind = 'bot'`);
      await together.install();
      expect((await entries('installation.add'))[0]).toMatchObject({
        outcome: 'done',
        target: `installation/${await installationId()}`,
        details: { workspace: 'sandbox' },
      });
    });

    it('contains consents of users', async () => {
      await new Browser().install(together.url, USER_SETUP, MEMBER);
      expect((await entries('consent.add'))[0]).toMatchObject({
        outcome: 'done',
        target: expect.stringMatching(/^plane-user\/[\da-f-]{36}$/),
      });
    });

    it('contains a limited number of rejected unauthenticated callbacks', async () => {
      await callbacks(30, () => ({ code: randomUUID() }));
      const refused = (await entries('consent.add')).filter(
        (entry) => 'outcome' in entry && entry.outcome === 'refused',
      );
      const minutes = Math.ceil((performance.now() - began) / 60_000);
      expect(refused.length).toBeGreaterThan(0);
      expect(refused.length).toBeLessThanOrEqual(10 * minutes);
    });
  });
}

const callback = (query: Record<string, string>): string =>
  `${together.url}/oauth/callback?${new URLSearchParams(query).toString()}`;

/** Sends that many callbacks, one after the other. Resolves with the statuses. */
async function callbacks(count: number, parameters: () => Record<string, string>): Promise<number[]> {
  const statuses: number[] = [];
  while (statuses.length < count) statuses.push((await new Browser().open(callback(parameters()))).status);
  return statuses;
}

/** Sends that many callbacks from that many addresses, some at once. Resolves with the statuses that were seen. */
async function flood(
  count: number,
  addresses: readonly string[],
  parameters: () => Record<string, string>,
): Promise<ReadonlySet<number>> {
  const statuses = new Set<number>();
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent < count) {
      const headers = { 'x-forwarded-for': addresses[sent % addresses.length] ?? '' };
      sent += 1;
      statuses.add((await new Browser().open(callback(parameters()), { headers })).status);
    }
  };
  await Promise.all(Array.from({ length: FLOOD_CLIENTS }, client));
  return statuses;
}

/** Of other addresses than those of a flood. */
async function installAndLink(): Promise<void> {
  expect((await new Browser().install(together.url, '/oauth/setup', SANDBOX)).status).toBe(200);
  expect((await new Browser().install(together.url, USER_SETUP, MEMBER)).status).toBe(200);
}

/** Whether other replicas know the code. */
async function isStored(code: string): Promise<boolean> {
  const row = `SELECT 1 FROM oauth_used_values WHERE value_hash = encode(sha256(convert_to($1, 'UTF8')), 'hex')`;
  return (await together.database.query(row, [`code ${code}`])).length > 0;
}

async function tokenCalls(): Promise<number> {
  const { requests } = await together.plane.counts();
  const calls = Object.entries(requests).filter(([what]) => what.startsWith(TOKEN_CALLS));
  return calls.reduce((sum, [, count]) => sum + count, 0);
}

async function botTokens(): Promise<object[]> {
  return together.database.query(`SELECT access_token FROM tokens WHERE kind = 'bot' ORDER BY id`);
}

async function installationId(): Promise<string> {
  const [row] = await together.database.query<{ id: string }>(
    `SELECT installation_id AS id FROM installations WHERE workspace_slug = 'sandbox'`,
  );
  return row?.id ?? '';
}

/** Starts linking a user in a browser of its own, and comes back with that code. */
async function linkWith(code: string): Promise<object> {
  const browser = new Browser();
  const mine = new URL(await browser.consent(together.url, USER_SETUP, MEMBER));
  mine.searchParams.set('code', code);
  return problemOf(browser, mine.href);
}

async function problemOf(browser: Browser, url: string): Promise<object> {
  return (await (await browser.open(url, JSON_ONLY)).json()) as object;
}

function codeIn(url: string): string {
  return new URL(url).searchParams.get('code') ?? '';
}
