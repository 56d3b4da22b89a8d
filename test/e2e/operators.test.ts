import { afterAll, beforeAll, describe } from '@jest/globals';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { IdentityProvider } from '../support/identity-provider.js';
import { SharedServerWithProvider } from '../support/shared-server.js';
import { logoutCases } from './operators/logout.cases.js';
import { otherSitesCases } from './operators/other-sites.cases.js';
import { peopleCases } from './operators/people.cases.js';
import { routeRolesCases } from './operators/route-roles.cases.js';
import { signInCases } from './operators/sign-in.cases.js';

const shared = new SharedServerWithProvider();

beforeAll(async () => {
  shared.provider = await IdentityProvider.start();
  shared.together = await HangarWithSimulator.start({ environment: shared.provider.environment });
  await shared.provider.app(shared.together.url);
});

afterAll(async () => {
  await shared.together.stop();
  await shared.provider.stop();
});

describe('logouts:', () => {
  logoutCases(shared);
});
describe('people:', () => {
  peopleCases(shared);
});
describe('roles:', () => {
  routeRolesCases(shared);
});
describe('sessions:', () => {
  signInCases(shared);
});
describe('other sites:', () => {
  otherSitesCases(shared);
});
