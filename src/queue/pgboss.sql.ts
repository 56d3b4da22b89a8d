import { type SqlParameters } from '../common/sql-parameters.js';
import { SHARED_CHARACTERS } from './job-id.js';

// test/integration/pgboss-tables.test.ts checks the columns, states and types that this relies on.

/** PostgreSQL's statistics are harmless up to this many changed rows. */
const MIN_CHANGES = 5000;

/** Which deliveries {@link PgBossSql.waitingDeliveries} selects. */
export interface WaitingOptions {
  /** With a job of this queue; a class of handlers means the queues of all its methods. */
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

/** A table of unfinished jobs. */
interface Source {
  readonly from: string;
  /** The column with the queue's name. */
  readonly queue: string;
  readonly order: string;
  /** Whether the job waits. */
  readonly waits: string;
}

/** All SQL of ours that reads or writes pg-boss's tables, which are in a schema of this Hangar's. */
export class PgBossSql {
  constructor(readonly schema: string) {}

  private get job(): string {
    return `${this.schema}.job`;
  }

  private get queue(): string {
    return `${this.schema}.queue`;
  }

  /** The partition of all our jobs: no queue has a table of its own. */
  private get partition(): string {
    return `${this.schema}.job_common`;
  }

  /** Locks those of the attempts `$1` queues, `$2` ids, `$3` retry counts that neither timed out nor were handed out again. */
  get lockStillLeased(): string {
    return `
      SELECT job.id FROM ${this.job}
      JOIN unnest($1::text[], $2::uuid[], $3::int[]) AS leased (name, id, retry_count) USING (name, id, retry_count)
      WHERE job.state = 'active' FOR UPDATE OF job`;
  }

  /** The next failure of the job is its last. */
  get preventRetries(): string {
    return `UPDATE ${this.job} SET retry_limit = retry_count WHERE name = $1 AND id = $2`;
  }

  /** Newest first; ids order those of the same time. */
  get deadLettersPage(): string {
    return `
      SELECT job.id, source.name AS handler, job.data, job.source_output ->> 'message' AS error,
             coalesce(job.source_output -> 'frames', '[]') AS frames,
             job.created_on AS "failedAt", job.created_on::text AS moment
      FROM ${this.queue} AS source JOIN ${this.job} ON job.name = source.dead_letter
      WHERE job.state = 'created' AND ($1::text IS NULL OR ${ofHandler('source.name', '$1')}) AND ($3::uuid[] IS NULL OR job.id = ANY ($3))
        AND ($6::text IS NULL OR job.data ->> 'deliveryId' = $6)
        AND ($4::timestamptz IS NULL OR (job.created_on, job.id) < ($4, $5::uuid))
      ORDER BY job.created_on DESC, job.id DESC LIMIT $2`;
  }

  /** Those of the queue of dead letters `$1` with the ids `$2`. */
  get takeDeadLetters(): string {
    return `
      DELETE FROM ${this.job} WHERE name = $1 AND id = ANY ($2) AND state = 'created' RETURNING data`;
  }

  /** Jobs of a handler that was renamed or removed have no queue: they stay where operators can see them. */
  get takeParked(): string {
    return `
      DELETE FROM parked_jobs WHERE awaits = $1 AND queue IN (SELECT name FROM ${this.queue})
      RETURNING queue, data, parked_at`;
  }

  /** First jobs of ordering keys that pg-boss itself ended, after a time-out in their last attempt. */
  get stuckOrderingKeys(): string {
    return `
      SELECT queue, line AS key, position::float8 FROM queue_lines AS entry
      WHERE job_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM ${this.job} WHERE name = entry.queue AND id = entry.job_id AND state < 'completed')
      LIMIT $1`;
  }

  /** One row where the statistics of the jobs are outdated. */
  get statisticsOutdated(): string {
    return `
      SELECT 1 FROM pg_stat_user_tables AS stat JOIN pg_class AS class ON class.oid = stat.relid
      WHERE stat.relid = '${this.partition}'::regclass
        AND stat.n_mod_since_analyze > greatest(${MIN_CHANGES}, 2 * class.reltuples)`;
  }

  get analyzeJobs(): string {
    return `ANALYZE (SKIP_LOCKED) ${this.partition}`;
  }

  /**
   * Lets the waiting jobs of the deliveries `$2` in the queues `$1` run now, and deletes the parked ones. Returns the queue
   * and delivery of each job that still runs by itself: in its queue, or behind others with its ordering key.
   */
  get moveUp(): string {
    const wanted = `unnest($1::text[], $2::text[]) AS wanted (queue, delivery)`;
    const stem = `left(wanted.delivery, ${SHARED_CHARACTERS})`;
    return `
      WITH wanted AS (SELECT DISTINCT * FROM ${wanted}),
      moved AS (
        UPDATE ${this.job} AS job SET start_after = least(start_after, now()) FROM wanted
        WHERE job.name = wanted.queue AND job.state < 'active' AND job.data ->> 'deliveryId' = wanted.delivery
          AND job.id BETWEEN (${stem} || '${FIRST_SUFFIX}')::uuid AND (${stem} || '${LAST_SUFFIX}')::uuid
        RETURNING job.name AS queue, wanted.delivery),
      unparked AS (
        DELETE FROM parked_jobs AS job USING wanted
        WHERE job.queue = wanted.queue AND (job.data ->> 'deliveryId') COLLATE "C" = wanted.delivery)
      SELECT queue, delivery FROM moved
      UNION
      SELECT job.queue, wanted.delivery FROM queue_lines AS job JOIN wanted
        ON job.queue = wanted.queue AND (job.data ->> 'deliveryId') COLLATE "C" = wanted.delivery
      WHERE job.job_id IS NULL`;
  }

  /** Lets the jobs of the deliveries `$2` in the queues `$1` that have not run yet run now. Returns their queues. */
  get endWait(): string {
    const stem = `left(wanted.delivery, ${SHARED_CHARACTERS})`;
    return `
      UPDATE ${this.job} AS job SET start_after = now()
      FROM unnest($1::text[], $2::text[]) AS wanted (queue, delivery)
      WHERE job.name = wanted.queue AND job.state = 'created' AND job.start_after > now()
        AND job.data ->> 'deliveryId' = wanted.delivery
        AND job.id BETWEEN (${stem} || '${FIRST_SUFFIX}')::uuid AND (${stem} || '${LAST_SUFFIX}')::uuid
      RETURNING job.name AS queue`;
  }

  /** Counts unfinished jobs only, by pg-boss's own indexes of them. */
  get queueStats(): string {
    return `
      SELECT queue.name AS handler, coalesce(jobs.waiting, 0) AS waiting, coalesce(jobs.delayed, 0) AS delayed,
             coalesce(jobs.active, 0) AS active, coalesce(letters.count, 0) AS "deadLetters",
             (SELECT count(*)::int FROM queue_lines WHERE queue = queue.name AND job_id IS NULL) AS "blocked",
             (SELECT count(*)::int FROM parked_jobs WHERE parked_jobs.queue = queue.name) AS parked
      FROM ${this.queue}
      LEFT JOIN (
        SELECT name, (count(*) FILTER (WHERE state = 'active'))::int AS active,
               (count(*) FILTER (WHERE state < 'active' AND start_after <= now()))::int AS waiting,
               (count(*) FILTER (WHERE state < 'active' AND start_after > now()))::int AS delayed
        FROM ${this.job} WHERE state < 'completed' GROUP BY name) AS jobs ON jobs.name = queue.name
      LEFT JOIN (
        SELECT name, count(*)::int FROM ${this.job} WHERE state = 'created' GROUP BY name
      ) AS letters ON letters.name = queue.dead_letter
      WHERE queue.dead_letter IS NOT NULL ORDER BY queue.name`;
  }

  get oldestWaiting(): string {
    return `
      SELECT queue.name AS handler, greatest(0, extract(epoch FROM now() - min(job.start_after)))::float8 AS seconds
      FROM ${this.queue}
      LEFT JOIN ${this.job} ON job.name = queue.name AND job.state IN ('created', 'retry')
      WHERE queue.dead_letter IS NOT NULL GROUP BY queue.name`;
  }

  /** Counts the jobs of each queue that may not run within the next `$1` seconds, those with an ordering key included. */
  get dueAfter(): string {
    return `
      SELECT handler, count(*)::int AS jobs, max(due)::text AS last FROM (
        SELECT job.name AS handler, job.start_after AS due FROM ${this.job} JOIN ${this.queue} USING (name)
        WHERE queue.dead_letter IS NOT NULL AND job.state IN ('created', 'retry')
        UNION ALL
        SELECT queue, added_at + make_interval(secs => wait_seconds) FROM queue_lines WHERE job_id IS NULL) AS waiting
      WHERE due > now() + make_interval(secs => $1) GROUP BY handler ORDER BY handler`;
  }

  /**
   * Selects, as `id`, the deliveries that have a waiting, delayed, blocked or parked job, in order; each by an index, queue
   * by queue.
   */
  waitingDeliveries(options: WaitingOptions, parameters: SqlParameters): string {
    const { direction, limit } = options;
    const each = this.sources().map(
      (source) => `(
        SELECT ${DELIVERY} AS id FROM ${source.from} AS entry
        WHERE ${source.queue} = queue.name AND ${source.waits} AND ${bounds(source.order, options, parameters)}
        ORDER BY ${source.order} ${direction} LIMIT ${limit})`,
    );
    return `
          SELECT DISTINCT waiting.id::uuid AS id FROM ${this.queue} CROSS JOIN LATERAL (${each.join(' UNION ALL ')}) AS waiting
          WHERE ${queueIs(options.queue, parameters)} ORDER BY 1 ${direction} LIMIT ${limit}`;
  }

  /** Whether a job of this delivery waits, in any queue or the named one: one index lookup for each source. */
  waitingJobOf(delivery: string, queue: string | undefined, parameters: SqlParameters): string {
    const stem = `left(${delivery}::text, ${SHARED_CHARACTERS})`;
    const names = `ARRAY(SELECT queue.name FROM ${this.queue} WHERE ${queueIs(queue, parameters)})`;
    const each = this.sources().map((source) => {
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

  /** Where unfinished jobs are: in their queue, blocked by their ordering key, or parked. */
  private sources(): readonly Source[] {
    return [
      { from: this.job, queue: 'name', order: 'entry.id', waits: `state < 'active'` },
      { from: 'queue_lines', queue: 'queue', order: DELIVERY, waits: 'job_id IS NULL' },
      { from: 'parked_jobs', queue: 'queue', order: DELIVERY, waits: 'true' },
    ];
  }
}

/** The name of a handler's queue is the handler's id, `Class.method`; a class alone means all of its methods. */
function ofHandler(name: string, parameter: string): string {
  return `(${name} = ${parameter}::text OR starts_with(${name}, ${parameter}::text || '.'))`;
}

/** Excludes the queues of dead letters. */
function queueIs(queue: string | undefined, parameters: SqlParameters): string {
  const named = queue === undefined ? '' : ` AND ${ofHandler('queue.name', parameters.of(queue))}`;
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
