import { ceilingMs } from './until.js';

const SECONDS = 60_000;

/** A time-out of the product's that must not trip because a machine is slow: so many seconds, and more on such a machine. */
export function patientSeconds(seconds: number): string {
  return String(Math.ceil((seconds * ceilingMs()) / SECONDS));
}
