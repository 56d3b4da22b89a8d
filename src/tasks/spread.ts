import { createHash } from 'node:crypto';

/** A schedule that fires later than this was missed: its runs are spread from now on. */
const LATE_MS = 60_000;
/** The runs of an occurrence end long before the next one, which would replace them. */
const MAX_SHARE = 0.1;

/** When a schedule fires, and how wide its runs are spread. */
export interface Spread {
  readonly at: Date;
  readonly now: Date;
  readonly next: Date;
  readonly spreadSeconds: number;
}

/** When the run for an installation is due: for each at the same place of the window, however many there are. */
export function dueTimeOf(installationId: string, { at, now, next, spreadSeconds }: Spread): Date {
  const start = now.getTime() - at.getTime() > LATE_MS ? now.getTime() : at.getTime();
  const windowMs = Math.min(spreadSeconds * 1000, (next.getTime() - start) * MAX_SHARE);
  return new Date(start + Math.floor(windowMs * placeOf(installationId)));
}

/** From 0 to below 1. */
function placeOf(installationId: string): number {
  return createHash('sha256').update(installationId).digest().readUInt32BE() / 2 ** 32;
}
