import { type SqlParameters } from '../common/sql-parameters.js';
import { SHARED_CHARACTERS } from './job-id.js';
import { QUEUE_SCHEMA } from './queue-schema.js';

// All SQL of ours that reads or writes pg-boss's tables. test/integration/pgboss-tables.test.ts checks the columns,
// states and types that it relies on.

const JOB = `${QUEUE_SCHEMA}.job`;
const QUEUE = `${QUEUE_SCHEMA}.queue`;
/** The partition of all our jobs: no queue has a table of its own. */
const JOB_PARTITION = `${QUEUE_SCHEMA}.job_common`;
/** PostgreSQL's statistics are harmless up to this many changed rows. */
const MIN_CHANGES = 5000;

/** Locks those of the attempts `$1` queues, `$2` ids, `$3` retry counts that neither timed out nor were handed out again. */
export const LOCK_STILL_LEASED = `
  SELECT job.id FROM ${JOB}
  JOIN unnest($1::text[], $2::uuid[], $3::int[]) AS leased (name, id, retry_count) USING (name, id, retry_count)
  WHERE job.state = 'active' FOR UPDATE OF job`;

/** The next failure of the job is its last. */
export const PREVENT_RETRIES = `UPDATE ${JOB} SET retry_limit = retry_count WHERE name = $1 AND id = $2`;

/** Newest first; ids order those of the same time. */
export const DEAD_LETTERS_PAGE = `
  SELECT job.id, source.name AS handler, job.data, job.source_output ->> 'message' AS error,
         job.created_on AS "failedAt", job.created_on::text AS moment
  FROM ${QUEUE} AS source JOIN ${JOB} ON job.name = source.dead_letter
  WHERE job.state = 'created' AND ($1::text IS NULL OR source.name = $1) AND ($3::uuid[] IS NULL OR job.id = ANY ($3))
    AND ($6::text IS NULL OR job.data ->> 'deliveryId' = $6)
    AND ($4::timestamptz IS NULL OR (job.created_on, job.id) < ($4, $5::uuid))
  ORDER BY job.created_on DESC, job.id DESC LIMIT $2`;

export const TAKE_DEAD_LETTERS = `
  DELETE FROM ${JOB} WHERE name = $1 AND id = ANY ($2) AND state = 'created' RETURNING data`;

/** Jobs of a handler that was renamed or removed have no queue: they stay where operators can see them. */
export const TAKE_PARKED = `
  DELETE FROM parked_jobs WHERE awaits = $1 AND queue IN (SELECT name FROM ${QUEUE})
  RETURNING queue, data, parked_at`;

/** First jobs of ordering keys that pg-boss itself ended, after a time-out in their last attempt. */
export const STUCK_ORDERING_KEYS = `
  SELECT queue, line AS key, position::float8 FROM queue_lines AS entry
  WHERE job_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM ${JOB} WHERE name = entry.queue AND id = entry.job_id AND state < 'completed')
  LIMIT $1`;

export const STATISTICS_OUTDATED = `
  SELECT 1 FROM pg_stat_user_tables AS stat JOIN pg_class AS class ON class.oid = stat.relid
  WHERE stat.relid = '${JOB_PARTITION}'::regclass
    AND stat.n_mod_since_analyze > greatest(${MIN_CHANGES}, 2 * class.reltuples)`;

export const ANALYZE_JOBS = `ANALYZE (SKIP_LOCKED) ${JOB_PARTITION}`;

/** Counts unfinished jobs only, by pg-boss's own indexes of them. */
export const QUEUE_STATS = `
  SELECT queue.name AS handler, coalesce(jobs.waiting, 0) AS waiting, coalesce(jobs.delayed, 0) AS delayed,
         coalesce(jobs.active, 0) AS active, coalesce(letters.count, 0) AS "deadLetters",
         (SELECT count(*)::int FROM queue_lines WHERE queue = queue.name AND job_id IS NULL) AS "blocked",
         (SELECT count(*)::int FROM parked_jobs WHERE parked_jobs.queue = queue.name) AS parked
  FROM ${QUEUE}
  LEFT JOIN (
    SELECT name, (count(*) FILTER (WHERE state = 'active'))::int AS active,
           (count(*) FILTER (WHERE state < 'active' AND start_after <= now()))::int AS waiting,
           (count(*) FILTER (WHERE state < 'active' AND start_after > now()))::int AS delayed
    FROM ${JOB} WHERE state < 'completed' GROUP BY name) AS jobs ON jobs.name = queue.name
  LEFT JOIN (
    SELECT name, count(*)::int FROM ${JOB} WHERE state = 'created' GROUP BY name
  ) AS letters ON letters.name = queue.dead_letter
  WHERE queue.dead_letter IS NOT NULL ORDER BY queue.name`;

export const OLDEST_WAITING = `
  SELECT queue.name AS handler, greatest(0, extract(epoch FROM now() - min(job.start_after)))::float8 AS seconds
  FROM ${QUEUE}
  LEFT JOIN ${JOB} ON job.name = queue.name AND job.state IN ('created', 'retry')
  WHERE queue.dead_letter IS NOT NULL GROUP BY queue.name`;

/** Which deliveries {@link waitingDeliveries} selects. */
export interface WaitingOptions {
  /** With a job of this queue. */
  readonly queue: string | undefined;
  /** From this id on. */
  readonly from: string | undefined;
  /** Before this id. */
  readonly to: string | undefined;
  readonly direction: 'ASC' | 'DESC';
  readonly limit: number | 'ALL';
}

/** As the indexes have it: text, in the order of its bytes. */
const DELIVERY = `(data ->> 'deliveryId') COLLATE "C"`;

/** A job's id is the start of its delivery's id and a suffix of its own. */
const FIRST_SUFFIX = '0'.repeat(8);
const LAST_SUFFIX = 'f'.repeat(8);

/** Where unfinished jobs are: in their queue, blocked by their ordering key, or parked. */
const SOURCES = [
  { from: JOB, queue: 'name', order: 'entry.id', waits: `state < 'active'` },
  { from: 'queue_lines', queue: 'queue', order: DELIVERY, waits: 'job_id IS NULL' },
  { from: 'parked_jobs', queue: 'queue', order: DELIVERY, waits: 'true' },
] as const;

/**
 * Selects, as `id`, the deliveries that have a waiting, delayed, blocked or parked job, in order; each by an index, queue
 * by queue.
 */
export function waitingDeliveries(options: WaitingOptions, parameters: SqlParameters): string {
  const { direction, limit } = options;
  const each = SOURCES.map(
    (source) => `(
      SELECT ${DELIVERY} AS id FROM ${source.from} AS entry
      WHERE ${source.queue} = queue.name AND ${source.waits} AND ${bounds(source.order, options, parameters)}
      ORDER BY ${source.order} ${direction} LIMIT ${limit})`,
  );
  return `
    SELECT DISTINCT waiting.id::uuid AS id FROM ${QUEUE} CROSS JOIN LATERAL (${each.join(' UNION ALL ')}) AS waiting
    WHERE ${queueIs(options.queue, parameters)} ORDER BY 1 ${direction} LIMIT ${limit}`;
}

/** Whether a job of this delivery waits, in any queue or the named one: one index lookup for each source. */
export function waitingJobOf(delivery: string, queue: string | undefined, parameters: SqlParameters): string {
  const stem = `left(${delivery}::text, ${SHARED_CHARACTERS})`;
  const names = `ARRAY(SELECT queue.name FROM ${QUEUE} WHERE ${queueIs(queue, parameters)})`;
  const each = SOURCES.map((source) => {
    const near =
      source.order === 'entry.id'
        ? `AND entry.id BETWEEN (${stem} || '${FIRST_SUFFIX}')::uuid AND (${stem} || '${LAST_SUFFIX}')::uuid`
        : '';
    return `EXISTS (
      SELECT FROM ${source.from} AS entry
      WHERE ${source.queue} = ANY (${names}) AND ${source.waits} ${near} AND ${DELIVERY} = ${delivery}::text)`;
  });
  return `(${each.join(' OR ')})`;
}

/** Excludes the queues of dead letters. */
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
      conditions.push(`entry.id >= ${parameters.of(from.slice(0, SHARED_CHARACTERS) + FIRST_SUFFIX)}`);
    if (to !== undefined) conditions.push(`entry.id <= ${parameters.of(to.slice(0, SHARED_CHARACTERS) + LAST_SUFFIX)}`);
  }
  return conditions.join(' AND ');
}
