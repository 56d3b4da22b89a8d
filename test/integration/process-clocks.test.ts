import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { ActivityModule } from '../../src/activity/activity.module.js';
import { ActivityService } from '../../src/activity/activity.service.js';
import { InstallAppService } from '../../src/installations/install-app.service.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';

const MINUTE_MS = 60_000;

/** That a delivery is found by its words then is tested in `duplicates.test.ts`. */
describe('a process whose clock differs by five minutes', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [PlaneModule, TokensModule, ActivityModule]);
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  /** Both `Date.now()` and `new Date()`; timers stay as they are. */
  const setClock = (minutes: number): void => {
    const now = new Date(Date.now() + minutes * MINUTE_MS);
    const kept = ['hrtime', 'nextTick', 'performance', 'queueMicrotask', 'setImmediate', 'clearImmediate'] as const;
    const timers = ['setInterval', 'clearInterval', 'setTimeout', 'clearTimeout'] as const;
    jest.useFakeTimers({ now, doNotFake: [...kept, ...timers] });
  };

  it.each([-5, 5])('counts in the minutes of the database: %i minutes', async (minutes) => {
    await database.query('DELETE FROM activity_minutes');
    setClock(minutes);
    const activity = context.get(ActivityService);
    activity.received('webhook_accepted');
    await activity.write();
    const [row] = await database.query<{ off: number }>(
      `SELECT abs(extract(epoch FROM now() - minute))::float8 AS off FROM activity_minutes`,
    );
    expect(row?.off).toBeLessThan(200);
  });

  it.each([-5, 5])('uninstalls at the time of the database, as events arrive: %i minutes', async (minutes) => {
    const installation = await botInstall(context, new SimulatorControl(simulator.url));
    setClock(minutes);
    await context.get(InstallAppService).uninstall(installation);
    const [row] = await database.query<{ off: number }>(
      `SELECT abs(extract(epoch FROM now() - uninstalled_at))::float8 AS off FROM installations WHERE id = $1`,
      [installation.id],
    );
    expect(row?.off).toBeLessThan(200);
  });
});
