import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Installation } from '../../src/installations/installation.js';
import { InstallationsModule } from '../../src/installations/installations.module.js';
import { PlaneClientFactory } from '../../src/plane/plane-client.factory.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { Secret } from '../../src/common/secret.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { InstallAppService } from '../../src/installations/install-app.service.js';
import { TokenTiming } from '../../src/tokens/token-timing.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { Browser } from '../support/browser.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

const CALLBACK = 'http://localhost:3000/oauth/callback';
const PASSED = `now() - interval '1 minute'`;

describe('tokens', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let context: INestApplicationContext;
  let tokens: TokensService;
  let installation: Installation;
  let userId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    context = await serviceContext(database, simulator, [PlaneModule, InstallationsModule, TokensModule]);
    tokens = context.get(TokensService);
    context.get(TokenTiming).cacheMs = 0;
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  /** A fresh install and a fresh link, as the callbacks make them. */
  beforeEach(async () => {
    await plane.clearFaults();
    const oauth = context.get(PlaneOAuthService);
    const callback = async (decision: 'install' | 'authorise'): Promise<URLSearchParams> => {
      const form = new URLSearchParams(new URL(oauth.consentUrl('any')).search);
      form.set('decision', decision);
      const answer = await new Browser().open(`${simulator.url}/auth/o/authorize-app/decide`, {
        method: 'POST',
        body: form,
      });
      return new URL(answer.headers.get('location') ?? CALLBACK).searchParams;
    };
    const id = (await callback('install')).get('app_installation_id') ?? '';
    const botGrant = await oauth.mintBotToken(id);
    const found = await oauth.readInstallation(botGrant.accessToken, id);
    if (!found) throw new Error('the simulator does not know its installation');
    installation = await context.get(InstallAppService).install(found, botGrant);
    const userGrant = await oauth.exchangeCode(new Secret((await callback('authorise')).get('code') ?? ''));
    userId = await context.get(PlaneClientFactory).userIdOf(userGrant.accessToken);
    await tokens.storeUser(userId, userGrant);
  });

  const bot = async (): Promise<string> => (await tokens.accessToken(installation)).reveal();
  const user = async (): Promise<string> => (await tokens.accessToken({ planeUserId: userId })).reveal();
  const expire = (kind: 'bot' | 'user', at = PASSED): Promise<unknown> =>
    database.query(
      `UPDATE tokens SET obtained_at = now() - interval '1 day', due_at = now() - interval '2 minutes', expires_at = ${at} WHERE kind = '${kind}'`,
    );
  const grants = async (): Promise<number> => {
    const { requests } = await plane.state();
    const counts = Object.entries(requests).filter(([what]) => what.startsWith('POST /auth/o/token/'));
    return counts.reduce((sum, [, count]) => sum + count, 0);
  };
  const leases = async (): Promise<number> =>
    (await database.query('SELECT FROM tokens WHERE lease_id IS NOT NULL')).length;

  it('do not change until they are due', async () => {
    expect(await bot()).toBe(await bot());
    expect(await user()).toBe(await user());
  });

  it('are encrypted at rest, each bound to its row and the row’s version', async () => {
    const rows = await database.query<{ id: string; version: number; text: string }>(
      `SELECT id, version, access_token AS text FROM tokens UNION ALL
       SELECT id, version, refresh_token FROM tokens WHERE refresh_token IS NOT NULL`,
    );
    expect(rows).toHaveLength(3);
    for (const { id, version, text } of rows) {
      const [header = '', key] = text.split('.');
      expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toEqual({
        alg: 'dir',
        enc: 'A256GCM',
        kid: 'test',
        format: 2,
        version,
        place: expect.stringMatching(new RegExp(`^tokens/${id}/(access|refresh)_token$`)),
      });
      expect(key).toBe('');
      for (const token of [await bot(), await user()]) expect(text).not.toContain(token);
    }
  });

  it('cannot be decrypted in another row', async () => {
    await database.query(
      `UPDATE tokens SET access_token = (SELECT access_token FROM tokens WHERE kind = 'user') WHERE kind = 'bot'`,
    );
    await expect(bot()).rejects.toMatchObject({ code: 'secret_unreadable' });
  });

  it.each(['bot', 'user'] as const)('of a %s are refreshed once for 50 callers when due', async (kind) => {
    const read = kind === 'bot' ? bot : user;
    const old = await read();
    const before = await grants();
    await expire(kind);
    const got = await Promise.all(Array.from({ length: 50 }, read));
    expect(new Set(got).size).toBe(1);
    expect(got[0]).not.toBe(old);
    expect((await grants()) - before).toBe(1);
    expect(await read()).toBe(got[0]);
  });

  it('keep the refresh token if Plane sends no new one', async () => {
    await plane.post('/settings', { sameRefreshToken: true });
    await expire('user');
    const first = await user();
    await expire('user');
    expect(await user()).not.toBe(first);
    await plane.post('/settings', { sameRefreshToken: false });
  });

  it('are used until they expire while Plane is down, then fail; one refresh a minute is attempted', async () => {
    const old = await bot();
    await plane.post('/faults', { match: '/auth/o/token/', kind: 'status', status: 500 });
    await expire('bot', `now() + interval '1 minute'`);
    const before = await grants();
    expect(await bot()).toBe(old);
    await expire('bot');
    await expect(bot()).rejects.toMatchObject({ code: 'token_renewal_delayed', status: 503 });
    await expect(bot()).rejects.toThrow(/Plane answered 500/);
    expect((await grants()) - before).toBe(1);
    await plane.clearFaults();
    await database.query('UPDATE tokens SET next_attempt_at = now()');
    expect(await bot()).not.toBe(old);
  });

  it('of a user whose refresh token is rejected need consent, and Plane is not called again', async () => {
    await plane.post('/faults', { match: '/auth/o/token/', kind: 'refuse-grant' });
    await expire('user');
    await expect(user()).rejects.toMatchObject({ code: 'consent_needed', status: 403 });
    const before = await grants();
    await plane.clearFaults();
    await expect(user()).rejects.toMatchObject({ code: 'consent_needed' });
    expect(await grants()).toBe(before);
  });

  it('of a user whose refresh response was lost need consent, with that reason', async () => {
    await plane.post('/faults', { match: '/auth/o/token/', kind: 'drop-answer', times: 1 });
    await expire('user');
    await expect(user()).rejects.toMatchObject({ name: 'PlaneError', kind: 'network' });
    await database.query('UPDATE tokens SET next_attempt_at = now()');
    await expect(user()).rejects.toMatchObject({ code: 'consent_needed' });
    expect(await database.query(`SELECT state, in_flight FROM tokens WHERE kind = 'user'`)).toEqual([
      { state: 'needs_consent', in_flight: false },
    ]);
  });

  it('are refreshed after the lease of a crashed process has expired', async () => {
    const old = await user();
    await expire('user');
    await database.query(
      `UPDATE tokens SET lease_id = gen_random_uuid(), lease_until = now() + interval '1 second', in_flight = true`,
    );
    expect(await user()).not.toBe(old);
  });

  it.each(['bot', 'user'] as const)(
    'of a %s that Plane rejects are refreshed once for 50 concurrent calls, and the calls are repeated',
    async (kind) => {
      await plane.post('/settings', { rateLimitPerMinute: 1000 });
      const client = context.get(PlaneClientFactory).create(
        kind === 'bot'
          ? {
              live: () => tokens.accessToken(installation),
              insteadOf: (refused) => tokens.accessToken(installation, refused),
            }
          : {
              live: () => tokens.accessToken({ planeUserId: userId }),
              insteadOf: (refused) => tokens.accessToken({ planeUserId: userId }, refused),
            },
      );
      await client.users.me();
      const before = await grants();
      await plane.post('/tokens/expire', { kind });
      const answers = await Promise.all(Array.from({ length: 50 }, () => client.users.me()));
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
      expect((await grants()) - before).toBe(1);
    },
  );

  it('of a user who never consented need consent', async () => {
    await expect(tokens.accessToken({ planeUserId: 'nobody' })).rejects.toMatchObject({
      code: 'consent_needed',
    });
  });

  it('are minted again if a bot has none', async () => {
    await database.query(`DELETE FROM tokens WHERE kind = 'bot'`);
    expect(await bot()).not.toBe('');
  });

  it('of a new consent are not overwritten by a refresh that started before it', async () => {
    await expire('user');
    await plane.post('/faults', { match: '/auth/o/token/', kind: 'slow', ms: 600_000, times: 1 });
    const renewed = user();
    await until('the renewal to begin', async () => (await leases()) === 1);
    await tokens.storeUser(userId, { accessToken: new Secret('from-consent'), expiresInSeconds: 86_400 });
    await plane.clearFaults();
    expect(await renewed).toBe('from-consent');
    expect(await user()).toBe('from-consent');
  });

  it('without expires_in are assumed to be valid for one hour', async () => {
    await plane.post('/settings', { omitExpiresIn: true });
    await expire('bot');
    await bot();
    const [row] = await database.query(
      `SELECT extract(epoch FROM expires_at - obtained_at)::int AS life FROM tokens WHERE kind = 'bot'`,
    );
    expect(row).toEqual({ life: 3600 });
    await plane.post('/settings', { omitExpiresIn: false });
  });
});
