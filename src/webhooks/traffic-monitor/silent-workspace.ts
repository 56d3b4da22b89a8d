/** The id that stands for all workspaces together; no workspace has it. */
export const ALL_WORKSPACES = '';

/** Whose traffic it is: the same workspace may send by several connections. For all workspaces together both are empty. */
export interface TrafficKey {
  readonly connectionId: string;
  readonly workspaceId: string;
}

/** How a workspace, or all of them together, usually sends, and how long it has been silent. */
export interface Traffic extends TrafficKey {
  /** Since its newest delivery. */
  readonly silentSeconds: number;
  /** From the first delivery that was read to the newest. */
  readonly watchedSeconds: number;
  /** The longest time between two deliveries, over the last one to two weeks in which it sent. */
  readonly longestGapSeconds: number;
  /** Plane's API shows changes of it that no webhook announced. */
  readonly missing?: boolean;
  /** Within the last two hours Plane's API showed no change that no webhook announced. */
  readonly verified?: boolean;
}

const HOUR = 3600;
/** A week includes a weekend. */
const MIN_WATCHED_SECONDS = 7 * 24 * HOUR;
/** How many times longer than its longest gap a silence must be. */
const FACTOR = 3;
const MIN_SECONDS = 6 * HOUR;
const MIN_SECONDS_OF_ALL = HOUR;

/** A text that stands for the key in sets and maps. */
export function keyText({ connectionId, workspaceId }: TrafficKey): string {
  return `${connectionId}/${workspaceId}`;
}

/** Seconds without a delivery after which it counts as silent; infinite until it has sent for a week. */
export function silenceThreshold({ workspaceId, watchedSeconds, longestGapSeconds }: Traffic): number {
  if (watchedSeconds < MIN_WATCHED_SECONDS) return Number.POSITIVE_INFINITY;
  const min = workspaceId === ALL_WORKSPACES ? MIN_SECONDS_OF_ALL : MIN_SECONDS;
  return Math.max(min, FACTOR * longestGapSeconds);
}

/**
 * Whether webhooks are missing. Where Plane's API was asked, it decides: a weekend without changes is no silence, and a
 * workspace of which changes are missing is silent at once. Else: whether it has been silent for longer than three times its longest gap of the last weeks, and for at least 6 h (all
 * workspaces together: 1 h). Nights and weekends of an office are gaps like others, so they do not count as silence. A
 * workspace that has sent for less than a week is never silent.
 */
export function isSilent(traffic: Traffic): boolean {
  if (traffic.missing === true) return true;
  return traffic.verified !== true && traffic.silentSeconds > silenceThreshold(traffic);
}
