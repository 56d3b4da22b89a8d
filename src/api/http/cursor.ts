import { invalidRequest } from './api.errors.js';

/** A part of a list. */
export interface Page<T> {
  readonly items: T[];
  /** The cursor of the next page; absent on the last one. */
  readonly next?: string;
}

/** Encodes a position in a list as an opaque cursor. */
export function cursorOf(position: string): string {
  return Buffer.from(position).toString('base64url');
}

/** Decodes a cursor. @throws {DomainError} 400 for a cursor that {@link cursorOf} did not make, or an invalid position */
export function positionOf(cursor: string | undefined, isPosition: (position: string) => boolean): string | undefined {
  if (cursor === undefined) return undefined;
  const position = Buffer.from(cursor, 'base64url').toString();
  if (cursorOf(position) === cursor && isPosition(position)) return position;
  throw invalidRequest([{ parameter: 'cursor', problem: 'must be the `next` of the previous page' }]);
}

/**
 * The page of a short list that follows the cursor, with each item converted.
 *
 * @throws {DomainError} 400 where the cursor is not in the list
 */
export function pageOf<T, R>(
  all: readonly T[],
  { limit, cursor }: { readonly limit: number; readonly cursor?: string },
  keyOf: (item: T) => string,
  convert: (item: T) => R,
): Page<R> {
  const after = positionOf(cursor, (position) => all.some((item) => keyOf(item) === position));
  const start = after === undefined ? 0 : all.findIndex((item) => keyOf(item) === after) + 1;
  const items = all.slice(start, start + limit);
  const last = items.at(-1);
  const more = last !== undefined && start + limit < all.length;
  return { items: items.map(convert), ...(more && { next: cursorOf(keyOf(last)) }) };
}
