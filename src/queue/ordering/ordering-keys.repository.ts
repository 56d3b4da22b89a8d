import { Injectable } from '@nestjs/common';
import { type JobInsert } from 'pg-boss';
import { DataSource, type EntityManager } from 'typeorm';
import { jobIdSql } from '../job-id.js';
import { PgBossSql } from '../pgboss.sql.js';

/** An ordering key of a queue. */
export interface QueueOrderingKey {
  readonly queue: string;
  readonly key: string;
}

/** A position among the jobs of an ordering key. */
export interface QueuePosition extends QueueOrderingKey {
  readonly position: number;
}

/** A job with an ordering key; only the first one of each key is also in its queue. */
export interface OrderedJob extends QueueOrderingKey {
  readonly data: object;
  readonly priority: number;
  readonly waitSeconds: number;
}

/** A job behind another one with the same ordering key. */
export interface BlockedJob {
  readonly position: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Sorted, so that two transactions that lock the same keys do not deadlock. */
const LOCK = `
  SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended(queue || chr(31) || line, lock_seed()) AS key
    FROM unnest($1::text[], $2::text[]) AS named (queue, line) ORDER BY key) AS keys`;

const APPEND = `
  INSERT INTO queue_lines (queue, line, data, priority, wait_seconds)
  SELECT queue, key, data, priority, "waitSeconds"
  FROM ROWS FROM (json_to_recordset($1::json) AS (
    queue text, key text, data jsonb, priority int, "waitSeconds" float8)) WITH ORDINALITY
  ORDER BY ordinality`;

const TAKE_HEADS = `
  WITH heads AS (
    SELECT head.* FROM (SELECT DISTINCT queue, line FROM unnest($1::text[], $2::text[]) AS n (queue, line)) AS named
    CROSS JOIN LATERAL (
      SELECT queue, line, position FROM queue_lines
      WHERE queue = named.queue AND line = named.line ORDER BY position LIMIT 1) AS head)
  UPDATE queue_lines AS entry SET job_id = ${jobIdSql('entry.data')}
  FROM heads
  WHERE entry.queue = heads.queue AND entry.line = heads.line AND entry.position = heads.position
    AND entry.job_id IS NULL
  RETURNING entry.queue, entry.line, entry.position::float8, entry.data, entry.priority, entry.job_id AS id,
    greatest(0, extract(epoch FROM entry.added_at - now()) + entry.wait_seconds)::float8 AS wait`;

const REMOVE = `
  DELETE FROM queue_lines AS entry
  USING unnest($1::text[], $2::text[], $3::int8[]) AS ended (queue, line, position)
  WHERE entry.queue = ended.queue AND entry.line = ended.line AND entry.position <= ended.position`;

const REPLACE_JOB = `UPDATE queue_lines SET job_id = $2 WHERE job_id = $1`;

const BLOCKED = `
  SELECT position::float8, data FROM queue_lines
  WHERE queue = $1 AND line = $2 AND position > $3 ORDER BY position LIMIT $4`;

const DELETE_OLD = `
  DELETE FROM queue_lines WHERE position = ANY (ARRAY(
    SELECT position FROM queue_lines WHERE job_id IS NULL AND added_at < now() - make_interval(secs => $1)
    LIMIT $2 FOR UPDATE SKIP LOCKED))`;

/** The table `queue_lines`: jobs with an ordering key (its column `line`), which run one at a time, in order. */
@Injectable()
export class OrderingKeysRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sql: PgBossSql,
  ) {}

  /** Keeps others from changing the jobs of these keys until the caller's transaction ends. */
  async lock(transaction: EntityManager, keys: readonly QueueOrderingKey[]): Promise<void> {
    await transaction.query(LOCK, columnsOf(keys));
  }

  /** Adds jobs behind those with the same key, in the order given. */
  async append(transaction: EntityManager, jobs: readonly OrderedJob[]): Promise<void> {
    await transaction.query(APPEND, [JSON.stringify(jobs)]);
  }

  /** Marks the first job of each key as being in its queue. Resolves with those to insert there: the newly marked ones. */
  async takeHeads(
    transaction: EntityManager,
    keys: readonly QueueOrderingKey[],
  ): Promise<{ queue: string; job: JobInsert }[]> {
    const [rows] = await transaction.query<[Head[], number]>(TAKE_HEADS, columnsOf(keys));
    return rows.map(({ queue, line, position, data, priority, id, wait }) => ({
      queue,
      job: { id, data: { ...data, line, position }, priority, ...(wait > 0 && { startAfter: wait }) },
    }));
  }

  /** Removes the jobs up to these positions. */
  async remove(transaction: EntityManager, ended: readonly QueuePosition[]): Promise<void> {
    await transaction.query(REMOVE, [...columnsOf(ended), ended.map(({ position }) => position)]);
  }

  /** Another job (`byId`) takes the place of the first job of a key. */
  async replaceJob(transaction: EntityManager, id: string, byId: string): Promise<void> {
    await transaction.query(REPLACE_JOB, [id, byId]);
  }

  /** The jobs behind a position, in order. */
  async blockedBehind({ queue, key, position }: QueuePosition, limit: number): Promise<BlockedJob[]> {
    return this.dataSource.query(BLOCKED, [queue, key, position, limit]);
  }

  /** First jobs that have ended without unblocking the next. */
  async stuck(manager: EntityManager, limit: number): Promise<QueuePosition[]> {
    return manager.query(this.sql.stuckOrderingKeys, [limit]);
  }

  /** Deletes up to `limit` blocked jobs that were added longer ago than this. Resolves with how many. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown[], number]>(DELETE_OLD, [seconds, limit]);
    return deleted;
  }
}

interface Head {
  readonly queue: string;
  readonly line: string;
  readonly position: number;
  readonly data: object;
  readonly priority: number;
  readonly id: string;
  readonly wait: number;
}

function columnsOf(keys: readonly QueueOrderingKey[]): [string[], string[]] {
  return [keys.map(({ queue }) => queue), keys.map(({ key }) => key)];
}
