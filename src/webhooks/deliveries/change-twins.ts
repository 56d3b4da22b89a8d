import { type AnnouncedChange } from '../events/announced-change.js';

/** A change that a stored delivery announces. */
export interface StoredChange extends AnnouncedChange {
  /** The delivery's id. */
  readonly id: string;
  /** The delivery with which handlers receive the change, if that is not this one. */
  readonly into?: string | undefined;
  /** Of one member of a list: handlers have received it, because the complete change did not arrive in time. */
  readonly released: boolean;
}

/** How far `updated_at` of two webhooks about one edit may differ if they name the field differently, milliseconds. */
const TWIN_MS = 5000;
/** The same if they name it alike: Plane sends these tens of milliseconds apart. */
const SAME_FIELD_MS = 1000;

const apart = (one: AnnouncedChange, other: AnnouncedChange): number => Math.abs(one.updatedAt - other.updatedAt);

/** Whether the field had another value between the two, so that they are two edits. */
function changedBetween(one: StoredChange, other: StoredChange, all: readonly StoredChange[]): boolean {
  const [from, to] = [one.updatedAt, other.updatedAt].toSorted((a, b) => a - b);
  const isBetween = ({ updatedAt }: StoredChange): boolean => updatedAt > (from ?? 0) && updatedAt <= (to ?? 0);
  return all.some((each) => !each.isMember && each.values !== one.values && isBetween(each));
}

/** How many webhooks about the first one's edit name the field like this. */
function announcedAs(field: string, first: StoredChange, all: readonly StoredChange[]): number {
  return all.filter((each) => (each.id === first.id || each.into === first.id) && each.field === field).length;
}

/** Plane announces one edit by each name of the field once, or twice by the only one. */
function isTwin(change: StoredChange, first: StoredChange, all: readonly StoredChange[]): boolean {
  if (first.into !== undefined || first.isMember || first.actor !== change.actor) return false;
  if (first.values !== change.values) return false;
  const isAlike = first.field === change.field;
  if (apart(first, change) > (isAlike ? SAME_FIELD_MS : TWIN_MS)) return false;
  if (announcedAs(change.field, first, all) >= (isAlike ? 2 : 1)) return false;
  return !changedBetween(first, change, all);
}

/** Whether one webhook announces a member of the list that the other announces completely. */
function isMemberOf(member: StoredChange, list: StoredChange, all: readonly StoredChange[]): boolean {
  if (!member.isMember || list.isMember || member.actor !== list.actor) return false;
  const others = all.filter(({ isMember, into }) => isMember && into === list.id);
  const taken = new Set(others.flatMap(({ members }) => members));
  const includes = member.members.every((each) => list.members.includes(each) && !taken.has(each));
  return includes && apart(member, list) <= TWIN_MS;
}

/**
 * The delivery with which handlers receive this change; `undefined` where they receive it with its own.
 *
 * - Two webhooks about one edit have the same person, old and new value, and about the same `updated_at`; the field did not
 *   change in between.
 * - A webhook about one member of a list belongs to the one with the lists, whichever arrives first.
 *
 * @param earlier those that are decided, of the same group
 */
export function receivedWith(change: StoredChange, earlier: readonly StoredChange[]): string | undefined {
  const nearest = earlier.toSorted((one, other) => apart(one, change) - apart(other, change));
  if (change.isMember) {
    const list = nearest.find((each) => isMemberOf(change, each, earlier));
    return list?.into ?? list?.id;
  }
  const released = nearest.find((each) => each.released && isMemberOf(each, change, earlier));
  return (released ?? nearest.find((each) => isTwin(change, each, earlier)))?.id;
}

/** Those of the new changes that handlers receive with an earlier delivery: its id by theirs. @param earlier what is decided */
export function duplicatesAmong(fresh: readonly StoredChange[], earlier: readonly StoredChange[]): Map<string, string> {
  const decided = Map.groupBy(earlier, ({ group }) => group);
  const folded = new Map<string, string>();
  for (const change of fresh) {
    const others = decided.get(change.group) ?? [];
    const into = receivedWith(change, others);
    if (into !== undefined) folded.set(change.id, into);
    decided.set(change.group, [...others, { ...change, into }]);
  }
  return folded;
}

/** Those of the earlier changes that waited for one of the new ones, which has the complete change of their list. */
export function waitingAmong(earlier: readonly StoredChange[], fresh: readonly StoredChange[]): string[] {
  const waiting = earlier.filter(({ isMember, into, released }) => isMember && into === undefined && !released);
  const awaits = (member: StoredChange): boolean =>
    fresh.some((list) => list.group === member.group && receivedWith(member, [list]) !== undefined);
  return waiting.filter(awaits).map(({ id }) => id);
}
