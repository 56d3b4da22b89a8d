import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import { Drain } from '../../src/config/drain.js';
import { InstallAppService } from '../../src/installations/install-app.service.js';
import { type Installation } from '../../src/installations/installation.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { QueueModule } from '../../src/queue/queue.module.js';
import { QueueService } from '../../src/queue/queue.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokenRefreshJobModule } from '../../src/tokens/token-refresh-job.module.js';
import { TokenRefreshJob } from '../../src/tokens/token-refresh.job.js';
import { TokenTiming } from '../../src/tokens/token-timing.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';
import { userGrant } from '../support/user-grant.js';

const SETTINGS = {
  retryLimit: 0,
  retryDelaySeconds: 1,
  backoff: false,
  timeoutSeconds: 600,
  keepSeconds: 86_400,
};
const MODULES = [PlaneModule, TokensModule, TokenRefreshJobModule];
/** What a test changes of it. */
const TIMING = Object.assign(new TokenTiming(), { cacheMs: 0, leaseSeconds: 600, timeoutMs: 600_000 });
/** Plane delays the response until {@link SimulatorControl.clearFaults}. */
const HELD = { match: '/auth/o/token/', kind: 'slow', ms: 600_000, times: 1 };

describe('a token refresh', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let here: INestApplicationContext;
  let elsewhere: INestApplicationContext;
  let installation: Installation;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    [here, elsewhere] = await Promise.all([
      serviceContext(database, simulator, MODULES),
      serviceContext(database, simulator, MODULES),
    ]);
  });

  afterAll(async () => {
    await here.close();
    await elsewhere.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(async () => {
    await plane.clearFaults();
    for (const context of [here, elsewhere]) Object.assign(context.get(TokenTiming), TIMING);
    installation = await botInstall(here, plane);
    await here.get(TokensService).storeUser('zoe', await userGrant(here.get(PlaneOAuthService), simulator.url));
  });

  const user = (context: INestApplicationContext): Promise<string> =>
    context
      .get(TokensService)
      .accessToken({ planeUserId: 'zoe' })
      .then((token) => token.reveal());
  const expire = (kind: 'bot' | 'user'): Promise<unknown> =>
    database.query(
      `UPDATE tokens SET obtained_at = now() - interval '1 day', due_at = now() - interval '1 hour',
              expires_at = now() - interval '1 minute' WHERE kind = $1`,
      [kind],
    );
  const leased = (): Promise<boolean> =>
    database.query('SELECT FROM tokens WHERE lease_until > now()').then((rows) => rows.length > 0);
  const stopBegun = (context: INestApplicationContext): Promise<boolean> =>
    until('the stop to begin', () => context.get(Drain, { strict: false }).draining.aborted);
  const asked = async (): Promise<number> =>
    Object.values((await plane.state()).grants).reduce((sum, count) => sum + count, 0);

  it('that completes after its lease has expired does not overwrite a later one', async () => {
    await plane.post('/settings', { sameRefreshToken: true });
    await expire('user');
    await plane.post('/faults', HELD);
    const late = user(here);
    await until('Plane to be asked', async () => (await plane.counts()).underWay > 0);
    await database.query('UPDATE tokens SET lease_until = now() WHERE lease_id IS NOT NULL');
    const winner = await user(elsewhere);
    await plane.clearFaults();
    expect(await late).toBe(winner);
    expect(await user(here)).toBe(winner);
    expect(await database.query(`SELECT version, state FROM tokens WHERE kind = 'user'`)).toEqual([
      { version: expect.any(Number), state: 'live' },
    ]);
    await plane.post('/settings', { sameRefreshToken: false });
  });

  it('that never settles blocks its callers until the time-out, and later callers refresh again', async () => {
    await expire('bot');
    const timing = here.get(TokenTiming);
    timing.timeoutMs = 100;
    const oauth = here.get(PlaneOAuthService);
    const mint = oauth.mintBotToken.bind(oauth);
    const settled = Promise.withResolvers<never>();
    let minted = 0;
    oauth.mintBotToken = () => {
      minted += 1;
      return settled.promise;
    };
    const tokens = here.get(TokensService);
    const calls = Array.from({ length: 20 }, () => tokens.accessToken(installation));
    const delayed = { code: 'token_renewal_delayed', status: 503 };
    for (const call of await Promise.allSettled(calls)) expect(call).toMatchObject({ reason: delayed });
    await until('Plane to be asked', () => minted > 0);
    expect(minted).toBe(1);
    oauth.mintBotToken = mint;
    timing.timeoutMs = TIMING.timeoutMs;
    await database.query('UPDATE tokens SET lease_until = now() WHERE lease_id IS NOT NULL');
    expect((await tokens.accessToken(installation)).reveal()).not.toBe('');
    settled.reject(new Error('Plane would have been given up on by now'));
  });

  it('in progress when its process stops is stored', async () => {
    const leaving = await serviceContext(database, simulator, MODULES);
    await expire('user');
    await plane.post('/faults', HELD);
    const renewed = user(leaving);
    await until('the lease to be taken', leased);
    const closed = leaving.close();
    await stopBegun(leaving);
    await plane.clearFaults();
    await closed;
    expect(await database.query(`SELECT in_flight, state FROM tokens WHERE kind = 'user'`)).toEqual([
      { in_flight: false, state: 'live' },
    ]);
    expect(await user(here)).toBe(await renewed);
  });

  it('that a handler run started during the shutdown is stored', async () => {
    const leaving = await serviceContext(database, simulator, [...MODULES, QueueModule]);
    const queue = leaving.get(QueueService);
    await queue.declare('Renewing.run', SETTINGS);
    await expire('user');
    await plane.post('/faults', HELD);
    let renewed: Promise<string> | undefined;
    const running = Promise.withResolvers<void>();
    queue.work('Renewing.run', { concurrency: 1 }, async () => {
      running.resolve();
      await stopBegun(leaving);
      renewed = user(leaving);
      await until('the lease to be taken', leased);
      return { outcome: 'handled' };
    });
    await database.query(`INSERT INTO pgboss.job (name, data) VALUES ('Renewing.run', '{}')`);
    await running.promise;
    const closed = leaving.close();
    await until('the run to end', async () => {
      const left = `SELECT FROM pgboss.job WHERE name = 'Renewing.run'`;
      return (await database.query(left)).length === 0;
    });
    await plane.clearFaults();
    await closed;
    expect(await database.query(`SELECT in_flight, state FROM tokens WHERE kind = 'user'`)).toEqual([
      { in_flight: false, state: 'live' },
    ]);
    expect(await user(here)).toBe(await renewed);
  });

  it('returns its token only after it is stored', async () => {
    await expire('user');
    const blocker = new Client({ connectionString: database.url });
    await blocker.connect();
    await plane.post('/faults', HELD);
    let answered = false;
    const token = user(here).finally(() => (answered = true));
    await until('the lease to be taken', leased);
    await blocker.query('BEGIN');
    await blocker.query(`SELECT FROM tokens WHERE kind = 'user' FOR UPDATE`);
    await plane.clearFaults();
    await until('the token to be written', async () => {
      const waiting = `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return (await database.query(waiting)).length > 0;
    });
    expect(answered).toBe(false);
    await blocker.query('COMMIT');
    await blocker.end();
    expect(await token).toBe(await user(elsewhere));
  });

  it('does not restore the token of an installation that was uninstalled meanwhile', async () => {
    await expire('bot');
    await plane.post('/faults', HELD);
    const outcome = here
      .get(TokensService)
      .accessToken(installation)
      .then(
        () => 'a token',
        (error: unknown) => error,
      );
    await until('the lease to be taken', leased);
    await elsewhere.get(InstallAppService).uninstall(installation, new Date());
    await plane.clearFaults();
    expect(await outcome).toMatchObject({ code: 'installation_gone' });
    expect(await database.query(`SELECT state, access_token FROM tokens WHERE kind = 'bot'`)).toEqual([
      { state: 'revoked', access_token: null },
    ]);
  });

  it('continues after the time-out of the call that started it', async () => {
    await expire('user');
    here.get(TokenTiming).timeoutMs = 100;
    await plane.post('/faults', HELD);
    await expect(user(here)).rejects.toMatchObject({ code: 'token_renewal_delayed' });
    await until('the lease to be taken', leased);
    await plane.clearFaults();
    await until('the renewal to end', async () => !(await leased()));
    const before = await asked();
    expect(await user(elsewhere)).not.toBe('');
    expect(await asked()).toBe(before);
  });

  it('that fails is not retried before its backoff is over, by callers or by the job', async () => {
    for (const context of [here, elsewhere]) context.get(TokenTiming).minBackoffSeconds = 600;
    await expire('bot');
    await plane.post('/faults', { match: '/auth/o/token/', kind: 'drop' });
    const calls = async (): Promise<number> => {
      const { requests } = await plane.counts();
      return requests['POST /auth/o/token/ 0'] ?? 0;
    };
    const before = await calls();
    for (let round = 0; round < 5; round += 1) {
      const asking = [here, elsewhere].flatMap((context) => [
        context.get(TokenRefreshJob).run(),
        context.get(TokensService).accessToken(installation),
      ]);
      await Promise.allSettled(asking);
    }
    expect((await calls()) - before).toBe(1);
    const [row] = await database.query<{ seconds: number }>(
      `SELECT extract(epoch FROM next_attempt_at - now())::int AS seconds FROM tokens WHERE kind = 'bot'`,
    );
    expect(row?.seconds).toBeGreaterThan(300);
  });

  it('rejected for wrong app credentials is retried rarely, and does not need consent', async () => {
    await expire('user');
    await plane.post('/faults', { match: '/auth/o/token/', kind: 'status', status: 401 });
    await expect(user(here)).rejects.toMatchObject({ planeStatus: 401 });
    const [row] = await database.query<{ state: string; seconds: number }>(
      `SELECT state, extract(epoch FROM next_attempt_at - now())::int AS seconds FROM tokens WHERE kind = 'user'`,
    );
    expect(row?.state).toBe('live');
    expect(row?.seconds).toBeGreaterThan(2000);
  });

  it('rejected with 401 for the token only needs consent', async () => {
    await expire('user');
    await plane.post('/faults', { match: '/auth/o/token/', kind: 'status', status: 401, times: 1 });
    await expect(user(here)).rejects.toMatchObject({ code: 'consent_needed' });
  });

  it('that fails with a database error is not recorded as a failure of Plane', async () => {
    here.get(TokenTiming).internalErrorBackoffSeconds = 1000;
    await expire('bot');
    await database.query('ALTER TABLE installations RENAME TO away');
    await expect(here.get(TokensService).accessToken(installation)).rejects.toThrow(/installations/);
    await database.query('ALTER TABLE away RENAME TO installations');
    const [row] = await database.query<{ seconds: number }>(
      `SELECT failures, last_error, extract(epoch FROM next_attempt_at - now())::float8 AS seconds
       FROM tokens WHERE kind = 'bot'`,
    );
    expect(row).toMatchObject({ failures: 0, last_error: null });
    expect(row?.seconds).toBeGreaterThan(500);
    await expect(here.get(TokensService).accessToken(installation)).rejects.toMatchObject({
      code: 'token_renewal_delayed',
      message: expect.stringContaining('internal error'),
    });
    await database.query(`UPDATE tokens SET next_attempt_at = now()`);
    expect((await here.get(TokensService).accessToken(installation)).reveal()).not.toBe('');
  });

  it('whose installation was uninstalled revokes the token, and is not retried', async () => {
    await database.query(`UPDATE installations SET status = 'uninstalled', uninstalled_at = now()`);
    await expire('bot');
    await here.get(TokenRefreshJob).run();
    expect(await database.query(`SELECT state FROM tokens WHERE kind = 'bot'`)).toEqual([{ state: 'revoked' }]);
  });
});
