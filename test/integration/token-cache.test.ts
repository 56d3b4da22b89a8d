import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Secret } from '../../src/common/secret.js';
import { type Installation } from '../../src/installations/installation.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokenTiming } from '../../src/tokens/token-timing.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';

const STALE_MS = new TokenTiming().cacheMs;

describe('the token cache', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let here: INestApplicationContext;
  let elsewhere: INestApplicationContext;
  let installation: Installation;
  /** The clock of both. */
  let now = performance.now();

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const modules = [PlaneModule, TokensModule];
    [here, elsewhere] = await Promise.all([
      serviceContext(database, simulator, modules),
      serviceContext(database, simulator, modules),
    ]);
    for (const context of [here, elsewhere]) context.get(TokenTiming).now = () => now;
    installation = await botInstall(here, new SimulatorControl(simulator.url));
  });

  afterAll(async () => {
    await here.close();
    await elsewhere.close();
    await simulator.close();
    await database.drop();
  });

  const user = (context: INestApplicationContext): Promise<string> =>
    context
      .get(TokensService)
      .accessToken({ planeUserId: 'zoe' })
      .then((token) => token.reveal());

  it('returns a live token without a database query', async () => {
    const bot = (): Promise<string> =>
      here
        .get(TokensService)
        .accessToken(installation)
        .then((token) => token.reveal());
    const read = await bot();
    await database.query('ALTER TABLE tokens RENAME TO away');
    const cached = await bot();
    now += STALE_MS;
    await expect(bot()).rejects.toThrow('tokens');
    await database.query('ALTER TABLE away RENAME TO tokens');
    expect(cached).toBe(read);
  });

  it(`is stale on another replica for at most ${STALE_MS} ms after a new consent`, async () => {
    const grant = (text: string) => ({ accessToken: new Secret(text), expiresInSeconds: 86_400 });
    await here.get(TokensService).storeUser('zoe', grant('old'));
    expect(await user(elsewhere)).toBe('old');
    await here.get(TokensService).storeUser('zoe', grant('new'));
    now += STALE_MS - 1;
    expect([await user(here), await user(elsewhere)]).toEqual(['new', 'old']);
    now += 1;
    expect(await user(elsewhere)).toBe('new');
  });

  it(`drops a revoked token at once here, and within ${STALE_MS} ms on another replica`, async () => {
    expect(await Promise.all([user(here), user(elsewhere)])).toEqual(['new', 'new']);
    await here.get(TokensService).revokeUser('zoe');
    await expect(user(here)).rejects.toMatchObject({ code: 'consent_needed' });
    now += STALE_MS - 1;
    expect(await user(elsewhere)).toBe('new');
    now += 1;
    await expect(user(elsewhere)).rejects.toMatchObject({ code: 'consent_needed' });
  });

  it('drops a token that was read again before the transaction that revokes it has committed', async () => {
    const grant = { accessToken: new Secret('third'), expiresInSeconds: 86_400 };
    await here.get(TokensService).storeUser('zoe', grant);
    await here.get(DataSource).transaction(async (transaction) => {
      await here.get(TokensService).revokeUser('zoe', transaction);
      expect(await user(here)).toBe('third');
    });
    await expect(user(here)).rejects.toMatchObject({ code: 'consent_needed' });
  });
});
