import { describe, expect, it } from '@jest/globals';
import { PlaneError } from '../plane/plane.error.js';
import { errorKind } from './refresh-failures.service.js';

const failure = (planeCode: string, planeStatus = 400): PlaneError =>
  new PlaneError({ kind: 'answer', call: 'POST /auth/o/token/', planeStatus, planeCode });

describe('the error of a failed refresh', () => {
  it.each([
    ['an error of our own', new Error('connection terminated'), 'internalError'],
    ['a rejected grant', failure('invalid_grant'), 'grantRejected'],
    ['unknown credentials', failure('invalid_client', 401), 'clientRejected'],
    ['a 401 without a code', failure('', 401), 'clientRejected'],
    ['a 500', failure('', 500), 'transient'],
    ['the rate limit', failure('', 429), 'transient'],
    ['a network error', new PlaneError({ kind: 'network', call: 'POST /' }), 'transient'],
  ] as const)('is classified: %s', (_, error, expected) => {
    expect(errorKind(error)).toBe(expected);
  });
});
