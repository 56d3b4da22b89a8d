import { type SqlParameters } from '../../common/sql-parameters.js';
import { type DeliveryFilter } from './delivery-filter.js';
import { firstIdAt, idAfter, type IdRange, timeOfId, overlap } from './id-range.js';

/** Which way through the deliveries, through which of them, and how many are wanted. */
export interface PageScan {
  readonly range: IdRange;
  readonly direction: 'ASC' | 'DESC';
  /** `ALL` joins them with others. */
  readonly limit: number | 'ALL';
}

/** One condition of a filter, in SQL. */
export interface DeliveryCondition {
  /** That the row `delivery` meets it. */
  holds(parameters: SqlParameters): string;
  /** The same for the row among all, where that is sooner found out for all at once. */
  readonly holdsInJoin?: (walk: PageScan, parameters: SqlParameters) => string;
  /** Selects the `id`s that meet it, in order, along an index. Words have none: their index knows no order. */
  readonly walk?: (walk: PageScan, parameters: SqlParameters) => string;
}

/** The part of a range that a filter's id and times leave. */
export function rangeOf({ id, since, until }: DeliveryFilter, range: IdRange): IdRange {
  const times = { from: since && firstIdAt(since), to: until && firstIdAt(until) };
  const one = id === undefined ? {} : { from: id, to: idAfter(id) };
  return overlap(overlap(range, times), one);
}

/** That a column's id is in the range. */
export function inRange(column: string, { from, to }: IdRange, parameters: SqlParameters): string {
  const conditions = ['true'];
  if (from !== undefined) conditions.push(`${column} >= ${parameters.of(from)}`);
  if (to !== undefined) conditions.push(`${column} < ${parameters.of(to)}`);
  return conditions.join(' AND ');
}

/**
 * Selects the `id`s of deliveries with this value in order, along the column's index with the time, which is in the order
 * of ids. The two are compared as a row, so that no other index is in the order that is asked for: PostgreSQL would else
 * go through the newest of all for a value of which there are many, but none of late.
 */
export function columnScan(
  column: 'workspace_id' | 'event_name',
  value: string,
  { range, direction, limit }: PageScan,
  parameters: SqlParameters,
): string {
  const named = `${parameters.of(value)}::text`;
  const from = parameters.of(range.from === undefined ? '-infinity' : timeOfId(range.from));
  const to = parameters.of(range.to === undefined ? 'infinity' : timeOfId(range.to));
  // Ids matter within a millisecond alone; as a plain condition they would lead PostgreSQL to the index of ids.
  return `
    SELECT id FROM deliveries
    WHERE (${column}, received_at) >= (${named}, ${from}::timestamptz)
      AND (${column}, received_at) <= (${named}, ${to}::timestamptz)
      AND (${inRange('id', range, parameters)}) IS TRUE
    ORDER BY ${column} ${direction}, received_at ${direction}, id ${direction} LIMIT ${limit}`;
}
