import { requestFaults } from './api.errors.js';

/** A part of a list. */
export interface Page<T> {
  readonly items: T[];
  /** Leads to the next part; absent on the last one. */
  readonly next?: string;
}

/** Makes a place in a list into text that callers have no reason to read. */
export function cursorOf(place: string): string {
  return Buffer.from(place).toString('base64url');
}

/** The place that a cursor names. @throws {DomainError} 400 where no list of ours gave it, as far as `isPlace` can tell */
export function placeOf(cursor: string | undefined, isPlace: (place: string) => boolean): string | undefined {
  if (cursor === undefined) return undefined;
  const place = Buffer.from(cursor, 'base64url').toString();
  if (cursorOf(place) !== cursor || !isPlace(place)) throw badCursor();
  return place;
}

/** The part of a short list that comes after the cursor. @throws {DomainError} 400 where the cursor names nothing in it */
export function pageOf<T>(
  all: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
  keyOf: (item: T) => string,
): Page<T> {
  const after = placeOf(cursor, (place) => all.some((item) => keyOf(item) === place));
  const start = after === undefined ? 0 : all.findIndex((item) => keyOf(item) === after) + 1;
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  const more = last !== undefined && start + limit < all.length;
  return { items, ...(more && { next: cursorOf(keyOf(last)) }) };
}

/** The same page with each item told in another way. */
export function mapPage<T, R>({ items, next }: Page<T>, tell: (item: T) => R): Page<R> {
  return { items: items.map(tell), ...(next !== undefined && { next }) };
}

/** A cursor that no list gave. */
function badCursor(): Error {
  return requestFaults([{ parameter: 'cursor', problem: 'must be the `next` of the page before' }]);
}
