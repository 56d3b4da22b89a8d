import { type SqlParameters } from '../../common/sql-parameters.js';
import { type DeliveryFilter } from './delivery-filter.js';
import { firstIdAt, idAfter, type IdRange, timeOfId, overlap } from './id-range.js';

/** Which deliveries to scan, in which direction, and how many to return. */
export interface PageScan {
  readonly range: IdRange;
  readonly direction: 'ASC' | 'DESC';
  /** `ALL` where the result is joined with others. */
  readonly limit: number | 'ALL';
}

/** One condition of a filter, in SQL. */
export interface DeliveryCondition {
  /** Whether the row `delivery` matches. */
  matches(parameters: SqlParameters): string;
  /** The same, where it is faster to find all matching rows at once. */
  readonly matchesInJoin?: (scan: PageScan, parameters: SqlParameters) => string;
  /** Selects matching `id`s in order along an index. Words have none: their index has no order. */
  readonly scan?: (scan: PageScan, parameters: SqlParameters) => string;
}

/** A column with an index of it and the time. */
export type IndexedColumn = 'workspace_id' | 'event_name' | 'connection_id';

/** Narrows a range by a filter's id and times. */
export function rangeOf({ id, since, until }: DeliveryFilter, range: IdRange): IdRange {
  const times = { from: since && firstIdAt(since), to: until && firstIdAt(until) };
  const one = id === undefined ? {} : { from: id, to: idAfter(id) };
  return overlap(overlap(range, times), one);
}

/** Whether a column's id is in the range. */
export function inRange(column: string, { from, to }: IdRange, parameters: SqlParameters): string {
  const conditions = ['true'];
  if (from !== undefined) conditions.push(`${column} >= ${parameters.of(from)}`);
  if (to !== undefined) conditions.push(`${column} < ${parameters.of(to)}`);
  return conditions.join(' AND ');
}

/**
 * Selects the `id`s of deliveries with this value in order, along the index of the column and the time, which has the order
 * of ids. Column and time are compared as a row, so that no other index has the requested order: otherwise PostgreSQL
 * would scan the newest of all deliveries for a frequent value that none of them has.
 */
export function columnScan(
  column: IndexedColumn,
  value: string,
  { range, direction, limit }: PageScan,
  parameters: SqlParameters,
): string {
  const typed = `${parameters.of(value)}::text`;
  const from = parameters.of(range.from === undefined ? '-infinity' : timeOfId(range.from));
  const to = parameters.of(range.to === undefined ? 'infinity' : timeOfId(range.to));
  // Ids matter only within a millisecond; a plain condition would make PostgreSQL use the index of ids.
  return `
    SELECT id FROM deliveries
    WHERE (${column}, received_at) >= (${typed}, ${from}::timestamptz)
      AND (${column}, received_at) <= (${typed}, ${to}::timestamptz)
      AND (${inRange('id', range, parameters)}) IS TRUE
    ORDER BY ${column} ${direction}, received_at ${direction}, id ${direction} LIMIT ${limit}`;
}
