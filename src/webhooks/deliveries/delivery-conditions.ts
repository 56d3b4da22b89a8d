import { type SqlParameters } from '../../common/sql-parameters.js';
import { waitingDeliveries, waitingJobOf } from '../../queue/pgboss.sql.js';
import { type DeliveryFilter } from './delivery-filter.js';
import { columnScan, type DeliveryCondition, inRange, type PageScan } from './page-scan.js';
import { outcomeOf, withOutcome } from './outcome-conditions.js';
import { hasText, textMatches, textScan } from './text-conditions.js';

/** The conditions of a filter, except the times and the id, which form a range of ids. */
export function conditionsOf(filter: DeliveryFilter): DeliveryCondition[] {
  const { event, workspaceId, state, handler, text = '' } = filter;
  const conditions: DeliveryCondition[] = [];
  if (workspaceId !== undefined) conditions.push(columnIs('workspace_id', workspaceId));
  if (event !== undefined) conditions.push(columnIs('event_name', event));
  if (state === 'waiting') conditions.push(waiting(handler));
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
function columnIs(column: 'workspace_id' | 'event_name', value: string): DeliveryCondition {
  return {
    matches: (parameters) => `delivery.${column} = ${parameters.of(value)}`,
    scan: (scan, parameters) => columnScan(column, value, scan, parameters),
  };
}

function waiting(queue: string | undefined): DeliveryCondition {
  const scan: DeliveryCondition['scan'] = ({ range, direction, limit }, parameters) =>
    waitingDeliveries({ queue, from: range.from, to: range.to, direction, limit }, parameters);
  return {
    scan,
    matches: (parameters) => waitingJobOf('delivery.id', queue, parameters),
    matchesInJoin: (all, parameters) => `delivery.id IN (${scan({ ...all, limit: 'ALL' }, parameters)})`,
  };
}
