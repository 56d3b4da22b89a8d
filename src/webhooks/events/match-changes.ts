import { type ComparableChange, isSameChange } from './comparable-change.js';

/** How far Plane's times of one change may be apart in its webhook and in its API. */
export const SAME_CHANGE_MS = 120_000;
/** Webhooks of one edit, such as `state` and `state_id`, are made within this time. */
export const SAME_EDIT_MS = 1000;

type ChangeTime = Pick<ComparableChange, 'atMs' | 'fromMs'>;

/**
 * For each change the first that announced it, or `undefined`. A webhook announces one change: of several equal ones, as of
 * a state that was set back and forth, each is compared with the webhook nearest in time.
 *
 * @param changes by time
 */
export function announcementsOf<A extends ComparableChange>(
  changes: readonly ComparableChange[],
  announcements: readonly A[],
): (A | undefined)[] {
  const open = withoutRepeats(announcements);
  return changes.map((change) => {
    const candidates = open.filter((each) => isSameChange(change, each) && isNear(change, each));
    const [nearest] = candidates.toSorted((one, other) => distanceMs(change, one) - distanceMs(change, other));
    if (nearest) open.splice(open.indexOf(nearest), 1);
    return nearest;
  });
}

/** Those that announce the same edit once more count once. */
function withoutRepeats<A extends ComparableChange>(announcements: readonly A[]): A[] {
  const kept: A[] = [];
  for (const each of announcements) {
    const isRepeat = kept.some((one) => isSameChange(one, each) && distanceMs(one, each) <= SAME_EDIT_MS);
    if (!isRepeat) kept.push(each);
  }
  return kept;
}

function isNear(one: ComparableChange, other: ComparableChange): boolean {
  return distanceMs(one, other) <= SAME_CHANGE_MS;
}

/** How far apart in time, ms; 0 where one of them happens once, or where they may be at the same time. */
export function distanceMs(one: ChangeTime, other: ChangeTime): number {
  if (one.atMs === undefined || other.atMs === undefined) return 0;
  const start = Math.max(one.fromMs ?? one.atMs, other.fromMs ?? other.atMs);
  return Math.max(0, start - Math.min(one.atMs, other.atMs));
}
