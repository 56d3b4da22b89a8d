import { describe, expect, it } from '@jest/globals';
import { PlaneError, type PlaneFailure } from '../plane/plane.error.js';
import { isRejected, isUncertain, retryMsOf } from './send-failure.js';

const failure = (fields: Partial<PlaneFailure>): PlaneError =>
  new PlaneError({ kind: 'answer', call: 'POST /api/v1/activities/', ...fields });

describe('a failure to post an activity', () => {
  it.each([400, 403, 404, 409, 422])('is final where Plane answers %i', (planeStatus) => {
    const error = failure({ planeStatus });
    expect([isRejected(error), isUncertain(error)]).toEqual([true, false]);
  });

  it.each([401, 408, 429])('is certain but not final where Plane answers %i', (planeStatus) => {
    const error = failure({ planeStatus });
    expect([isRejected(error), isUncertain(error), retryMsOf(error)]).toEqual([false, false, 5000]);
  });

  it.each<Partial<PlaneFailure>>([
    { planeStatus: 500 },
    { planeStatus: 503 },
    { kind: 'timeout' },
    { kind: 'network', planeCode: 'ECONNRESET' },
    { kind: 'aborted' },
  ])('leaves open whether Plane has it: %j', (fields) => {
    const error = failure(fields);
    expect([isRejected(error), isUncertain(error), retryMsOf(error)]).toEqual([false, true, undefined]);
  });

  it('is certain where Plane could not be reached', () => {
    expect(isUncertain(failure({ kind: 'network', planeCode: 'ECONNREFUSED' }))).toBe(false);
  });

  it('has the time of the next try', () => {
    expect(retryMsOf(failure({ planeStatus: 429, retryAfterSeconds: 20 }))).toBe(20_000);
    expect(retryMsOf(new Error('anything else'))).toBe(5000);
  });

  it('is no rejection where reading the list of activities failed', () => {
    expect(isRejected(failure({ call: 'GET /api/v1/activities/', planeStatus: 404 }))).toBe(false);
  });
});
