import { Injectable } from '@nestjs/common';
import { type JobInsert } from 'pg-boss';
import { DataSource, type EntityManager } from 'typeorm';
import { jobIdSql } from '../job-id.js';
import { QUEUE_SCHEMA } from '../queue-schema.js';

/** Names a line. */
export interface OrderingKeyOf {
  readonly queue: string;
  readonly line: string;
}

/** Names a place in a line. */
export interface PositionOf extends OrderingKeyOf {
  readonly position: number;
}

/** A job at its place in a line; the first one alone is also in the queue. */
export interface LineEntry extends OrderingKeyOf {
  readonly data: object;
  readonly priority: number;
  readonly waitSeconds: number;
}

/** One that waits behind another. */
export interface WaitingEntry {
  readonly position: number;
  readonly data: Readonly<Record<string, unknown>>;
}

/** In the order of their keys, so that two transactions that want the same ones do not deadlock. */
const LOCK = `
  SELECT pg_advisory_xact_lock(key) FROM (
    SELECT DISTINCT hashtextextended(queue || chr(31) || line, 0) AS key
    FROM unnest($1::text[], $2::text[]) AS named (queue, line) ORDER BY key) AS keys`;

const APPEND = `
  INSERT INTO queue_lines (queue, line, data, priority, wait_seconds)
  SELECT queue, line, data, priority, "waitSeconds"
  FROM ROWS FROM (json_to_recordset($1::json) AS (
    queue text, line text, data jsonb, priority int, "waitSeconds" float8)) WITH ORDINALITY
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

const LEAVE = `
  DELETE FROM queue_lines AS entry
  USING unnest($1::text[], $2::text[], $3::int8[]) AS ended (queue, line, position)
  WHERE entry.queue = ended.queue AND entry.line = ended.line AND entry.position <= ended.position`;

const REPLACE_JOB = `UPDATE queue_lines SET job_id = $2 WHERE job_id = $1`;

const BEHIND = `
  SELECT position::float8, data FROM queue_lines
  WHERE queue = $1 AND line = $2 AND position > $3 ORDER BY position LIMIT $4`;

/** The first of a line whose job ended elsewhere: failed for the last time by the queue's own time-outs. */
const STUCK = `
  SELECT queue, line, position::float8 FROM queue_lines AS entry
  WHERE job_id IS NOT NULL AND NOT EXISTS (
    SELECT FROM ${QUEUE_SCHEMA}.job WHERE name = entry.queue AND id = entry.job_id AND state < 'completed')
  LIMIT $1`;

const DELETE_OLD = `
  DELETE FROM queue_lines WHERE position = ANY (ARRAY(
    SELECT position FROM queue_lines WHERE job_id IS NULL AND added_at < now() - make_interval(secs => $1)
    LIMIT $2 FOR UPDATE SKIP LOCKED))`;

/** The table of lines: jobs that run one at a time, in the order in which they were added. */
@Injectable()
export class OrderingKeysRepository {
  constructor(private readonly dataSource: DataSource) {}

  /** Until the caller's transaction ends, nobody else changes these lines. */
  async lock(transaction: EntityManager, lines: readonly OrderingKeyOf[]): Promise<void> {
    await transaction.query(LOCK, columnsOf(lines));
  }

  /** At the end, in the order given. */
  async append(transaction: EntityManager, entries: readonly LineEntry[]): Promise<void> {
    await transaction.query(APPEND, [JSON.stringify(entries)]);
  }

  /** Marks the first of each line as being in its queue, and resolves with the jobs of those that were not. */
  async takeHeads(
    transaction: EntityManager,
    lines: readonly OrderingKeyOf[],
  ): Promise<{ queue: string; job: JobInsert }[]> {
    const [rows] = await transaction.query<[Head[], number]>(TAKE_HEADS, columnsOf(lines));
    return rows.map(({ queue, line, position, data, priority, id, wait }) => ({
      queue,
      job: { id, data: { ...data, line, position }, priority, ...(wait > 0 && { startAfter: wait }) },
    }));
  }

  /** Takes out those up to these positions. */
  async leave(transaction: EntityManager, ended: readonly PositionOf[]): Promise<void> {
    await transaction.query(LEAVE, [...columnsOf(ended), ended.map(({ position }) => position)]);
  }

  /** The first of a line goes on as another job. */
  async replaceJob(transaction: EntityManager, id: string, byId: string): Promise<void> {
    await transaction.query(REPLACE_JOB, [id, byId]);
  }

  /** The jobs behind one of a line, in order. */
  async behind({ queue, line }: OrderingKeyOf, position: number, limit: number): Promise<WaitingEntry[]> {
    return this.dataSource.query(BEHIND, [queue, line, position, limit]);
  }

  /** Where the first job has ended, and the line has not gone on. */
  async stuck(manager: EntityManager, limit: number): Promise<PositionOf[]> {
    return manager.query(STUCK, [limit]);
  }

  /** Deletes some that have waited longer than that: nobody runs their handler any more. Resolves with how many. */
  async deleteOlderThan(seconds: number, limit: number): Promise<number> {
    const [, deleted] = await this.dataSource.query<[unknown[], number]>(DELETE_OLD, [seconds, limit]);
    return deleted;
  }
}

interface Head extends PositionOf {
  readonly data: object;
  readonly priority: number;
  readonly id: string;
  readonly wait: number;
}

function columnsOf(lines: readonly OrderingKeyOf[]): [string[], string[]] {
  return [lines.map(({ queue }) => queue), lines.map(({ line }) => line)];
}
