import { type SqlParameters } from '../../database/sql-parameters.js';
import { type DeliveryFilter } from './delivery-filter.js';
import { firstIdAt, idAfter, type IdRange, overlap } from './id-range.js';

/** Which way through the deliveries, through which of them, and how many are wanted. */
export interface Walk {
  readonly range: IdRange;
  readonly direction: 'ASC' | 'DESC';
  readonly limit: number;
}

/** One condition of a filter, in SQL. */
export interface DeliveryCondition {
  /** That the row `delivery` meets it. */
  holds(parameters: SqlParameters): string;
  /** Selects the `id`s that meet it, in order, along an index. Words have none: their index knows no order. */
  readonly walk?: (walk: Walk, parameters: SqlParameters) => string;
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
