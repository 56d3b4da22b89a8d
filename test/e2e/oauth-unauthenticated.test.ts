import { afterAll, beforeAll, describe } from '@jest/globals';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { SharedServer } from '../support/shared-server.js';
import { unauthenticatedCases } from './oauth/unauthenticated.cases.js';

const shared = new SharedServer();

beforeAll(async () => {
  shared.together = await HangarWithSimulator.start({ environment: { HANGAR_ROLES: 'receiver,console' } }); // no other calls of tokens
});

afterAll(async () => {
  await shared.together.stop();
});

describe('clients without credentials:', () => {
  unauthenticatedCases(shared);
});
