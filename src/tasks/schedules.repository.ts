import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { type CronSchedule } from './cron.js';
import { ScheduleEntity } from './schedule.entity.js';

/** A schedule whose time has come. */
export interface DueSchedule {
  /** The occurrence. */
  readonly at: Date;
  /** By the database's clock. */
  readonly now: Date;
}

/** A row of a run, to be inserted. */
export interface NewRun {
  readonly id: string;
  readonly installationId: string | null;
  readonly workspaceId: string | null;
  readonly dueAt: Date;
}

const NOW = 'SELECT now() AS now';

/** One whose expression or time zone has changed begins anew. */
const DECLARE = `
  INSERT INTO schedules AS known (handler, cron, time_zone, next_at) VALUES ($1, $2, $3, $4)
  ON CONFLICT (handler) DO UPDATE SET cron = excluded.cron, time_zone = excluded.time_zone, next_at = excluded.next_at
  WHERE (known.cron, known.time_zone) <> (excluded.cron, excluded.time_zone)`;

/** Locked for one replica. While releases change, each fires only what it knows: the last one that started has declared it. */
const TAKE_DUE = `
  SELECT next_at AS at, now() AS now FROM schedules
  WHERE handler = $1 AND cron = $2 AND time_zone = $3 AND next_at <= now() FOR UPDATE SKIP LOCKED`;

const ADVANCE = `UPDATE schedules SET last_at = next_at, next_at = $2 WHERE handler = $1`;

/** Runs of an earlier occurrence that have not started, or wait for a retry. */
const REPLACE_RUNS = `DELETE FROM scheduled_tasks WHERE name = $1 AND state IN ('waiting', 'queued', 'parked')`;

const INSERT_RUNS = `
  INSERT INTO scheduled_tasks (id, name, installation_id, workspace_id, data, due_at)
  SELECT id, $2, "installationId", "workspaceId", $3::jsonb, "dueAt"
  FROM json_to_recordset($1::json) AS run (id uuid, "installationId" uuid, "workspaceId" text, "dueAt" timestamptz)`;

const DELETE_OLD = `DELETE FROM schedules WHERE handler <> ALL ($1) AND next_at < now() - interval '7 days'`;

/** The table `schedules`, and the tasks that its occurrences make. */
@Injectable()
export class SchedulesRepository {
  constructor(@InjectRepository(ScheduleEntity) private readonly rows: Repository<ScheduleEntity>) {}

  /** By the database's clock. */
  async now(): Promise<Date> {
    const [row] = await this.rows.query<{ now: Date }[]>(NOW);
    if (!row) throw new Error('SELECT now() returned no row');
    return row.now;
  }

  /** Adds the schedule, or changes it if it is another one now. */
  async declare(handler: string, { cron, timeZone }: CronSchedule, next: Date): Promise<void> {
    await this.rows.query(DECLARE, [handler, cron, timeZone, next]);
  }

  /** Locks the schedule if it is due; `undefined` where it is not, or another process has it. */
  async takeDue(
    transaction: EntityManager,
    handler: string,
    { cron, timeZone }: CronSchedule,
  ): Promise<DueSchedule | undefined> {
    const [due] = await transaction.query<DueSchedule[]>(TAKE_DUE, [handler, cron, timeZone]);
    return due;
  }

  /** Sets the next occurrence. */
  async advance(transaction: EntityManager, handler: string, next: Date): Promise<void> {
    await transaction.query(ADVANCE, [handler, next]);
  }

  /** Adds the runs of an occurrence, in place of those of an earlier one that have not started. */
  async addRuns(transaction: EntityManager, name: string, at: Date, runs: readonly NewRun[]): Promise<void> {
    await transaction.query(REPLACE_RUNS, [name]);
    await transaction.query(INSERT_RUNS, [JSON.stringify(runs), name, JSON.stringify({ scheduledAt: at })]);
  }

  /** Every schedule that is stored, by handler; also of handlers that this release does not have. */
  async all(): Promise<ScheduleEntity[]> {
    return this.rows.find({ order: { handler: 'ASC' } });
  }

  /** Deletes schedules that are none of these and have not run for a week. Resolves with how many. */
  async deleteOrphaned(known: readonly string[]): Promise<number> {
    const [, deleted] = await this.rows.query<[unknown[], number]>(DELETE_OLD, [known]);
    return deleted;
  }
}
