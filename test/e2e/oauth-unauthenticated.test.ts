import { afterAll, beforeAll, describe } from '@jest/globals';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { SharedServer } from '../support/shared-server.js';
import { unauthenticatedCases } from './oauth/unauthenticated.cases.js';

const shared = new SharedServer();

beforeAll(async () => {
  const environment = { HANGAR_ROLES: 'receiver,console', TRUSTED_PROXIES: '127.0.0.1' };
  shared.together = await HangarWithSimulator.start({ environment }); // no other calls of tokens
});

afterAll(async () => {
  await shared.together.stop();
});

describe('clients without credentials:', () => {
  unauthenticatedCases(shared);
});
