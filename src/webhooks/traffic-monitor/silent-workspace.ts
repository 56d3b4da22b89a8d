/** The id that stands for all workspaces together; no workspace has it. */
export const ALL_WORKSPACES = '';

/** How a workspace, or all of them together, usually sends, and what it does now. */
export interface Traffic {
  readonly workspaceId: string;
  /** Since its newest delivery. */
  readonly silentSeconds: number;
  /** From the first delivery that was looked at to the newest. */
  readonly watchedSeconds: number;
  /** The longest time between two deliveries, of the last one to two weeks in which it sent. */
  readonly longestGapSeconds: number;
}

const HOUR = 3600;
/** A week has a weekend in it. */
const LEARNT_AFTER_SECONDS = 7 * 24 * HOUR;
/** So much longer than its longest pause is no pause. */
const FACTOR = 3;
const LEAST_SECONDS = 6 * HOUR;
const LEAST_SECONDS_OF_ALL = HOUR;

/** A silence of this many seconds is told. Infinite for what has not been sending for a week yet. */
export function longestUsualSilence({ workspaceId, watchedSeconds, longestGapSeconds }: Traffic): number {
  if (watchedSeconds < LEARNT_AFTER_SECONDS) return Number.POSITIVE_INFINITY;
  const least = workspaceId === ALL_WORKSPACES ? LEAST_SECONDS_OF_ALL : LEAST_SECONDS;
  return Math.max(least, FACTOR * longestGapSeconds);
}

/**
 * Whether it has been silent far longer than its habit: three times its longest pause of the last weeks, and at least
 * 6 h (all workspaces together: 1 h). The nights and weekends of an office are pauses like any others, so they are no
 * silence; nor is a workspace that has sent for less than a week.
 */
export function isSilent(traffic: Traffic): boolean {
  return traffic.silentSeconds > longestUsualSilence(traffic);
}
