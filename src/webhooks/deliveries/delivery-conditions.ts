import { type SqlParameters } from '../../common/sql-parameters.js';
import { type PgBossSql } from '../../queue/pgboss.sql.js';
import { type DeliveryFilter } from './delivery-filter.js';
import { columnScan, type DeliveryCondition, type IndexedColumn, inRange, type PageScan } from './page-scan.js';
import { hasText, textMatches, textScan } from './text-conditions.js';
import { FIRST_ID, LAST_ID } from './id-range.js';
import { OUTCOME_STATES, type OutcomeState } from './outcome.js';

/** The conditions of a filter, except the times and the id, which form a range of ids. */
export function conditionsOf(filter: DeliveryFilter, sql: PgBossSql): DeliveryCondition[] {
  const { event, workspaceId, connection, state, handler, text = '' } = filter;
  const conditions: DeliveryCondition[] = [];
  if (workspaceId !== undefined) conditions.push(columnIs('workspace_id', workspaceId));
  if (event !== undefined) conditions.push(columnIs('event_name', event));
  if (connection !== undefined) conditions.push(columnIs('connection_id', connection));
  if (state === 'waiting') conditions.push(waiting(handler, sql));
  else if (state !== undefined || handler !== undefined)
    conditions.push({
      matches: (parameters) => outcomeOf({ state, handler }, parameters),
      scan: (scan, parameters) => withOutcome({ state, handler }, scan, parameters),
    });
  if (hasText(text)) {
    const scan = textScan(text);
    conditions.push({ matches: (parameters) => textMatches(text, parameters), ...(scan && { scan }) });
  }
  return conditions;
}

/** Every delivery. */
export function allDeliveries({ range, direction, limit }: PageScan, parameters: SqlParameters): string {
  const where = inRange('id', range, parameters);
  return `SELECT id FROM deliveries WHERE ${where} ORDER BY id ${direction} LIMIT ${limit}`;
}

/** Along the column's index. */
function columnIs(column: IndexedColumn, value: string): DeliveryCondition {
  return {
    matches: (parameters) => `delivery.${column} = ${parameters.of(value)}`,
    scan: (scan, parameters) => columnScan(column, value, scan, parameters),
  };
}

function waiting(queue: string | undefined, sql: PgBossSql): DeliveryCondition {
  const scan: DeliveryCondition['scan'] = ({ range, direction, limit }, parameters) =>
    sql.waitingDeliveries({ queue, from: range.from, to: range.to, direction, limit }, parameters);
  return {
    scan,
    matches: (parameters) => sql.waitingJobOf('delivery.id', queue, parameters),
    matchesInJoin: (all, parameters) => `delivery.id IN (${scan({ ...all, limit: 'ALL' }, parameters)})`,
  };
}

/** A state at any handler, any state at one handler, or one state at one handler. */
type OutcomeFilter = { readonly state: OutcomeState | undefined } & Pick<DeliveryFilter, 'handler'>;

/** All handlers with outcomes: one index lookup for each (a loose index scan). */
const HANDLERS = `(
  WITH RECURSIVE known AS (
    (SELECT handler FROM delivery_outcomes ORDER BY handler LIMIT 1)
    UNION ALL
    SELECT (SELECT handler FROM delivery_outcomes WHERE handler > known.handler ORDER BY handler LIMIT 1)
    FROM known WHERE known.handler IS NOT NULL)
  SELECT handler FROM known WHERE handler IS NOT NULL)`;

/** `Class.method`, and not a class alone, which means all of its methods. */
function isOne(handler: string): boolean {
  return handler.includes('.');
}

function handlerIs(column: string, handler: string, parameters: SqlParameters): string {
  if (isOne(handler)) return `${column} = ${parameters.of(handler)}`;
  return `starts_with(${column}, ${parameters.of(`${handler}.`)})`;
}

function handlersOf(handler: string, parameters: SqlParameters): string {
  if (isOne(handler)) return `(SELECT ${parameters.of(handler)}::text AS handler)`;
  return `(SELECT handler FROM ${HANDLERS} AS every WHERE ${handlerIs('handler', handler, parameters)})`;
}

/** Whether `delivery` has such an outcome. */
function outcomeOf({ state, handler }: OutcomeFilter, parameters: SqlParameters): string {
  const conditions = ['outcome.delivery_id = delivery.id'];
  if (state !== undefined) conditions.push(`outcome.state = ${parameters.of(state)}`);
  if (handler !== undefined) conditions.push(handlerIs('outcome.handler', handler, parameters));
  return `EXISTS (SELECT FROM delivery_outcomes AS outcome WHERE ${conditions.join(' AND ')})`;
}

/**
 * Selects the `id`s of deliveries with such an outcome along the index `(handler, state, delivery_id)`; for what is not
 * given, each value is scanned. The three are compared as a row, so that no other index has the requested order: otherwise
 * PostgreSQL would scan all deliveries for a frequent state that the newest do not have.
 */
function withOutcome(
  { state, handler }: OutcomeFilter,
  { range, direction, limit }: PageScan,
  parameters: SqlParameters,
): string {
  const handlers = handler === undefined ? HANDLERS : handlersOf(handler, parameters);
  const states = parameters.of(state === undefined ? [...OUTCOME_STATES] : [state]);
  const from = parameters.of(range.from ?? FIRST_ID);
  const [isBefore, to] = range.to === undefined ? ['<=', LAST_ID] : ['<', range.to];
  return `
    SELECT DISTINCT outcome.id FROM ${handlers} AS by_handler CROSS JOIN unnest(${states}::text[]) AS in_state (state)
    CROSS JOIN LATERAL (
      SELECT delivery_id AS id FROM delivery_outcomes
      WHERE (handler, state, delivery_id) >= (by_handler.handler, in_state.state, ${from}::uuid)
        AND (handler, state, delivery_id) ${isBefore} (by_handler.handler, in_state.state, ${parameters.of(to)}::uuid)
      ORDER BY handler ${direction}, state ${direction}, delivery_id ${direction} LIMIT ${limit}) AS outcome
    ORDER BY 1 ${direction} LIMIT ${limit}`;
}
