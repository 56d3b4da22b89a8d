import { afterAll, beforeAll } from '@jest/globals';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { SharedServer } from '../support/shared-server.js';
import { until } from '../support/until.js';
import { deliveryCommandsCases } from './commands/delivery-commands.cases.js';
import { doctorCases } from './commands/doctor.cases.js';
import { tokenCommandsCases } from './commands/token-commands.cases.js';
import { workspaceSecretsCases } from './commands/workspace-secrets.cases.js';

const shared = new SharedServer();

beforeAll(async () => {
  shared.together = await HangarWithSimulator.start();
  await until('the start to be recorded', async () => {
    const recorded = await shared.together.database.query('SELECT FROM audit_log');
    return recorded.length > 0;
  });
  await shared.together.install();
});

afterAll(async () => {
  await shared.together.stop();
});

// Order matters: the first cases need unchanged data, the last ones leave no token.
doctorCases(shared);
deliveryCommandsCases(shared);
workspaceSecretsCases(shared);
tokenCommandsCases(shared);
