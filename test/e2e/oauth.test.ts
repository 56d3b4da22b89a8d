import { afterAll, beforeAll, describe } from '@jest/globals';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { SharedServer } from '../support/shared-server.js';
import { callbackCases } from './oauth/callback.cases.js';
import { planeTroubleCases } from './oauth/plane-trouble.cases.js';
import { SCOPES, setupCases } from './oauth/setup.cases.js';

const shared = new SharedServer();

beforeAll(async () => {
  shared.together = await HangarWithSimulator.start({ environment: { PLANE_SCOPES: SCOPES } });
});

afterAll(async () => {
  await shared.together.stop();
});

describe('start of an installation:', () => {
  setupCases(shared);
});
describe('callback of an installation:', () => {
  callbackCases(shared);
});
describe('errors of Plane:', () => {
  planeTroubleCases(shared);
});
