import { type SqlParameters } from '../../common/sql-parameters.js';
import { waitingDeliveries, waitingJobOf } from '../../queue/pgboss.sql.js';
import { type DeliveryFilter } from './delivery-filter.js';
import { columnScan, type DeliveryCondition, inRange, type PageScan } from './page-scan.js';
import { outcomeOf, withOutcome } from './outcome-conditions.js';
import { hasText, textMatches, textScan } from './text-conditions.js';

/** The conditions of a filter, but for the times and the id, which are a range of ids. */
export function conditionsOf(filter: DeliveryFilter): DeliveryCondition[] {
  const { event, workspaceId, state, handler, text = '' } = filter;
  const conditions: DeliveryCondition[] = [];
  if (workspaceId !== undefined) conditions.push(columnIs('workspace_id', workspaceId));
  if (event !== undefined) conditions.push(columnIs('event_name', event));
  if (state === 'waiting') conditions.push(waiting(handler));
  else if (state !== undefined || handler !== undefined)
    conditions.push({
      holds: (parameters) => outcomeOf({ state, handler }, parameters),
      walk: (walk, parameters) => withOutcome({ state, handler }, walk, parameters),
    });
  if (hasText(text)) {
    const walk = textScan(text);
    conditions.push({ holds: (parameters) => textMatches(text, parameters), ...(walk && { walk }) });
  }
  return conditions;
}

/** Every delivery. */
export function allDeliveries({ range, direction, limit }: PageScan, parameters: SqlParameters): string {
  const where = inRange('id', range, parameters);
  return `SELECT id FROM deliveries WHERE ${where} ORDER BY id ${direction} LIMIT ${limit}`;
}

/** Along the column's index. */
function columnIs(column: 'workspace_id' | 'event_name', value: string): DeliveryCondition {
  return {
    holds: (parameters) => `delivery.${column} = ${parameters.of(value)}`,
    walk: (walk, parameters) => columnScan(column, value, walk, parameters),
  };
}

function waiting(queue: string | undefined): DeliveryCondition {
  const walk: DeliveryCondition['walk'] = ({ range, direction, limit }, parameters) =>
    waitingDeliveries({ queue, from: range.from, to: range.to, direction, limit }, parameters);
  return {
    walk,
    holds: (parameters) => waitingJobOf('delivery.id', queue, parameters),
    holdsInJoin: (all, parameters) => `delivery.id IN (${walk({ ...all, limit: 'ALL' }, parameters)})`,
  };
}
