import { PlaneError } from '../plane/plane.error.js';

const SHORTEST_SECONDS = 60;
const LONGEST_SECONDS = 3600;

/** Whether Plane says that what was presented is dead; nothing but a new consent brings it back. */
export function isRefused(error: unknown): boolean {
  return error instanceof PlaneError && error.planeCode === 'invalid_grant';
}

/** Seconds until the next try: doubling from a minute to an hour, with jitter; as long as Plane asks for, at the least. */
export function backoffSeconds(failuresBefore: number, error: unknown, random = Math.random()): number {
  const doubled = Math.min(LONGEST_SECONDS, SHORTEST_SECONDS * 2 ** Math.min(failuresBefore, 10));
  const asked = (error instanceof PlaneError && error.retryAfterSeconds) || 0;
  return Math.max(SHORTEST_SECONDS, asked, Math.round(doubled * (0.75 + random / 2)));
}
