import { type INestApplicationContext } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Drain } from '../../src/config/drain.js';
import { InstallationsModule } from '../../src/installations/installations.module.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { InstallationCheckService } from '../../src/tokens/installation-check.service.js';
import { TokenRefreshJobModule } from '../../src/tokens/token-refresh-job.module.js';
import { TokenRefreshJob } from '../../src/tokens/token-refresh.job.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

const MODULES = [PlaneModule, InstallationsModule, TokensModule, TokenRefreshJobModule];

describe('a scheduler that stops', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let context: INestApplicationContext;

  beforeEach(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    context = await serviceContext(database, simulator, MODULES);
    await botInstall(context, plane);
  });

  afterEach(async () => {
    await simulator.close();
    await database.drop();
  });

  /** Plane's response is delayed until the shutdown has started. */
  const hold = async (match: string): Promise<void> => {
    await plane.post('/faults', { match, kind: 'slow', ms: 600_000, times: 1 });
  };
  const close = async (): Promise<void> => {
    const closed = context.close();
    await until('the stop to begin', () => context.get(Drain, { strict: false }).draining.aborted);
    await plane.clearFaults();
    await closed;
  };
  const asked = (): Promise<boolean> => until('Plane to be asked', async () => (await plane.counts()).underWay > 0);

  it('finishes the refreshes that it has leased, and leaves no lease', async () => {
    const [before] = await database.query<{ version: number }>('UPDATE tokens SET due_at = now() RETURNING version');
    await hold('/auth/o/token/');
    const round = context.get(TokenRefreshJob).run();
    await asked();
    await close();
    await round;
    const version = (before?.version ?? 0) + 1;
    expect(await database.query('SELECT version, lease_id FROM tokens')).toEqual([{ version, lease_id: null }]);
  });

  it('finishes the checks of installations that it has claimed, and claims no more', async () => {
    await database.query(`UPDATE installations SET check_at = now(), workspace_name = 'old'`);
    await hold('/auth/o/app-installation/');
    const check = context.get(InstallationCheckService);
    const tick = check.tick();
    await until('a claim', async () => {
      const due = 'SELECT FROM installations WHERE check_at <= now()';
      return (await database.query(due)).length === 0;
    });
    await close();
    await tick;
    const [installation] = await database.query<{ workspace_name: string }>('SELECT workspace_name FROM installations');
    expect(installation?.workspace_name).not.toBe('old');
    await database.query('UPDATE installations SET check_at = now()');
    await check.tick();
    expect(await database.query('SELECT FROM installations WHERE check_at <= now()')).toHaveLength(1);
  });
});
