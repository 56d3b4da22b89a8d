import { PlaneError } from './plane.error.js';

/** Plane answered 2xx with something that is not in its contract. */
export function unexpectedAnswer(call: string): PlaneError {
  return new PlaneError({
    kind: 'answer',
    call,
    planeStatus: 200,
    said: 'but not with what its API promises',
  });
}
