import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InstallationsModule } from '../../src/installations/installations.module.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
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
import { userGrant } from '../support/user-grant.js';

const MODULES = [PlaneModule, InstallationsModule, TokensModule, TokenRefreshJobModule];
const USERS = Array.from({ length: 20 }, (_, index) => `user-${index}`);

describe('the token refresh job', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let replicas: INestApplicationContext[];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    replicas = await Promise.all([1, 2].map(() => serviceContext(database, simulator, MODULES)));
  });

  afterAll(async () => {
    for (const replica of replicas) await replica.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(async () => {
    await plane.clearFaults();
    const [oauth, tokens] = [service(PlaneOAuthService), service(TokensService)];
    await botInstall(replicas[0] as INestApplicationContext, plane);
    for (const user of USERS) await tokens.storeUser(user, await userGrant(oauth, simulator.url));
  });

  function service<T>(type: new (...args: never[]) => T, replica = 0): T {
    return replicas[replica]?.get(type) as T;
  }

  let due: readonly { id: string; version: number }[] = [];
  const fallDue = async (where = 'true'): Promise<void> => {
    due = await database.query(`UPDATE tokens SET due_at = now() WHERE ${where} RETURNING id, version`);
  };
  const renewed = async (): Promise<number> => {
    const rows = await database.query<{ id: string; version: number }>('SELECT id, version FROM tokens');
    return due.filter((old) => rows.some(({ id, version }) => id === old.id && version === old.version + 1)).length;
  };
  const granted = async (): Promise<number> =>
    Object.values((await plane.state()).grants).reduce((sum, count) => sum + count, 0);

  it('refreshes the tokens that are due, and no others', async () => {
    await fallDue(`kind = 'bot' OR plane_user_id = 'user-3'`);
    const before = await granted();
    await service(TokenRefreshJob).run();
    expect([await renewed(), (await granted()) - before]).toEqual([2, 2]);
    await service(TokenRefreshJob).run();
    expect((await granted()) - before).toBe(2);
  });

  it('refreshes each token once with two replicas', async () => {
    await fallDue();
    const before = await granted();
    await Promise.all([service(TokenRefreshJob, 0).run(), service(TokenRefreshJob, 1).run()]);
    expect([await renewed(), (await granted()) - before]).toEqual([USERS.length + 1, USERS.length + 1]);
  });

  it('refreshes the token that expires soonest first, and backs off after a failure', async () => {
    await database.query(`UPDATE tokens SET expires_at = now() + interval '1 minute' WHERE plane_user_id = 'user-7'`);
    await fallDue();
    service(TokenTiming).minBackoffSeconds = 600;
    await plane.post('/faults', { match: '/auth/o/token/', kind: 'status', status: 500, times: 5 });
    await service(TokenRefreshJob).run();
    const failed = await database.query<{ name: string; wait: number }>(
      `SELECT plane_user_id AS name, extract(epoch FROM next_attempt_at - now())::int AS wait
       FROM tokens WHERE failures = 1`,
    );
    expect(failed).toHaveLength(5);
    expect(failed.map(({ name }) => name)).toContain('user-7');
    for (const { wait } of failed) expect(wait).toBeGreaterThan(300);
    expect(await renewed()).toBe(0);
    await service(TokenRefreshJob).run();
    expect(await renewed()).toBe(USERS.length + 1 - 5);
  });

  it('continues if one token cannot be decrypted', async () => {
    await fallDue();
    await database.query(`UPDATE tokens SET access_token = 'nonsense' WHERE plane_user_id = 'user-1'`);
    await service(TokenRefreshJob).run();
    expect(await renewed()).toBe(USERS.length);
  });

  it('sets “needs consent” for a user token without a refresh token when it expires', async () => {
    const { refreshToken: _none, ...grant } = await userGrant(service(PlaneOAuthService), simulator.url);
    await service(TokensService).storeUser('mika', grant);
    const [row] = await database.query(`SELECT due_at = expires_at AS late FROM tokens WHERE plane_user_id = 'mika'`);
    expect(row).toEqual({ late: true });
    const before = await granted();
    await database.query(`UPDATE tokens SET due_at = now(), expires_at = now() WHERE plane_user_id = 'mika'`);
    await service(TokenRefreshJob).run();
    expect(await granted()).toBe(before);
    expect(await database.query(`SELECT state FROM tokens WHERE plane_user_id = 'mika'`)).toEqual([
      { state: 'needs_consent' },
    ]);
  });
});
