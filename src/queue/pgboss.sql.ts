import { type SqlParameters } from '../common/sql-parameters.js';
import { SHARED_CHARACTERS } from './job-id.js';
import { QUEUE_SCHEMA } from './queue-schema.js';

/** Which of the deliveries that wait are meant. */
export interface WaitingOptions {
  /** At this queue alone. */
  readonly queue: string | undefined;
  /** Not before this id. */
  readonly from: string | undefined;
  /** Before this id. */
  readonly to: string | undefined;
  readonly direction: 'ASC' | 'DESC';
  readonly limit: number | 'ALL';
}

/** As it is indexed: text, in the order of its bytes. */
const DELIVERY = `(data ->> 'deliveryId') COLLATE "C"`;

const FIRST_OWN = '0'.repeat(8);
const LAST_OWN = 'f'.repeat(8);

/** In queues: waiting or delayed. In lines: behind another. Parked: for a person. */
const PLACES = [
  { from: `${QUEUE_SCHEMA}.job`, queue: 'name', order: 'entry.id', waits: `state < 'active'` },
  { from: 'queue_lines', queue: 'queue', order: DELIVERY, waits: 'job_id IS NULL' },
  { from: 'parked_jobs', queue: 'queue', order: DELIVERY, waits: 'true' },
] as const;

/**
 * Selects, as `id`, deliveries of which a job waits, is delayed, stands in a line or is parked, in their order; each is
 * found by an index, queue by queue.
 */
export function waitingDeliveries(options: WaitingOptions, parameters: SqlParameters): string {
  const { direction, limit } = options;
  const each = PLACES.map(
    (place) => `(
      SELECT ${DELIVERY} AS id FROM ${place.from} AS entry
      WHERE ${place.queue} = queue.name AND ${place.waits} AND ${bounds(place.order, options, parameters)}
      ORDER BY ${place.order} ${direction} LIMIT ${limit})`,
  );
  return `
    SELECT DISTINCT waiting.id::uuid AS id FROM ${QUEUE_SCHEMA}.queue CROSS JOIN LATERAL (${each.join(' UNION ALL ')}) AS waiting
    WHERE ${queueIs(options.queue, parameters)} ORDER BY 1 ${direction} LIMIT ${limit}`;
}

/** Whether a job of this delivery waits, of any queue or the one that is named: one look into each place's index. */
export function waitingJobOf(delivery: string, queue: string | undefined, parameters: SqlParameters): string {
  const stem = `left(${delivery}::text, ${SHARED_CHARACTERS})`;
  const names = `ARRAY(SELECT queue.name FROM ${QUEUE_SCHEMA}.queue WHERE ${queueIs(queue, parameters)})`;
  const each = PLACES.map((place) => {
    const near =
      place.order === 'entry.id'
        ? `AND entry.id BETWEEN (${stem} || '${FIRST_OWN}')::uuid AND (${stem} || '${LAST_OWN}')::uuid`
        : '';
    return `EXISTS (
      SELECT FROM ${place.from} AS entry
      WHERE ${place.queue} = ANY (${names}) AND ${place.waits} ${near} AND ${DELIVERY} = ${delivery}::text)`;
  });
  return `(${each.join(' OR ')})`;
}

/** Dead letters do not wait. */
function queueIs(queue: string | undefined, parameters: SqlParameters): string {
  const named = queue === undefined ? '' : ` AND queue.name = ${parameters.of(queue)}`;
  return `queue.dead_letter IS NOT NULL${named}`;
}

function bounds(order: string, { from, to }: WaitingOptions, parameters: SqlParameters): string {
  const conditions = [`${DELIVERY} IS NOT NULL`];
  if (from !== undefined) conditions.push(`${DELIVERY} >= ${parameters.of(from)}`);
  if (to !== undefined) conditions.push(`${DELIVERY} < ${parameters.of(to)}`);
  if (order === 'entry.id') {
    if (from !== undefined)
      conditions.push(`entry.id >= ${parameters.of(from.slice(0, SHARED_CHARACTERS) + FIRST_OWN)}`);
    if (to !== undefined)
      conditions.push(`entry.id <= ${parameters.of(to.slice(0, SHARED_CHARACTERS) + LAST_OWN)}`);
  }
  return conditions.join(' AND ');
}
