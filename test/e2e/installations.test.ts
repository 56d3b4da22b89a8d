import { afterAll, beforeAll } from '@jest/globals';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { SharedServer } from '../support/shared-server.js';
import { reinstallCases } from './installations/reinstall.cases.js';
import { uninstallCases } from './installations/uninstall.cases.js';

const shared = new SharedServer();

beforeAll(async () => {
  shared.together = await HangarWithSimulator.start();
  await shared.together.install();
});

afterAll(async () => {
  await shared.together.stop();
});

uninstallCases(shared);
reinstallCases(shared);
