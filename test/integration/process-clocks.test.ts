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
    jest.restoreAllMocks();
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  it.each([-5, 5])('counts in the minutes of the database: %i minutes', async (minutes) => {
    await database.query('DELETE FROM activity_minutes');
    const now = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => now() + minutes * MINUTE_MS);
    const activity = context.get(ActivityService);
    activity.received('webhook_accepted');
    await activity.write();
    const [row] = await database.query<{ off: number }>(
      `SELECT abs(extract(epoch FROM now() - minute))::float8 AS off FROM activity_minutes`,
    );
    expect(row?.off).toBeLessThan(200);
  });

  it('uninstalls at the time of the database, as events arrive', async () => {
    const installation = await botInstall(context, new SimulatorControl(simulator.url));
    await context.get(InstallAppService).uninstall(installation);
    expect(
      await database.query(`SELECT uninstalled_at = updated_at AS same FROM installations WHERE id = $1`, [
        installation.id,
      ]),
    ).toEqual([{ same: true }]);
  });
});
