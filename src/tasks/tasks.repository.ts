import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { type AttemptRecord } from '../webhooks/deliveries/outcome.js';
import { type LogLine } from '../webhooks/discovery/handler-logger.js';
import { ScheduledTaskEntity } from './scheduled-task.entity.js';

/** A task to be stored. */
export interface NewTask {
  readonly id: string;
  readonly name: string;
  readonly installationId: string | null;
  readonly workspaceId: string | null;
  readonly key: string | null;
  readonly data: unknown;
  /** Else it is due `afterSeconds` from now, by the database's clock. */
  readonly at: Date | null;
  readonly afterSeconds: number;
  readonly entityId: string | null;
  readonly cancelOn: readonly string[] | null;
}

/** An event that may cancel tasks. */
export interface CancellingEvent {
  readonly workspaceId: string;
  readonly entityId: string;
  readonly name: string;
  readonly actorId: string | null;
}

/** What is stored of one run of a task's method. */
export interface TaskRunRecord {
  readonly id: string;
  readonly attempt: AttemptRecord;
  readonly log: readonly LogLine[];
}

/** A task that a run begins with. */
export type StartedTask = Pick<
  ScheduledTaskEntity,
  'id' | 'name' | 'installationId' | 'data' | 'dueAt' | 'key' | 'entityId'
> & {
  /** Since it was due. */
  readonly lateSeconds: number;
};

/** Not started; the index of entities has the same condition. */
const OPEN = `state IN ('waiting', 'queued', 'parked')`;

const REPLACE = `
  DELETE FROM scheduled_tasks WHERE installation_id = $1 AND name = $2 AND key = $3 AND ${OPEN}`;

/** Another transaction may schedule the same key at the same time: the later one replaces it. */
const INSERT = `
  INSERT INTO scheduled_tasks AS task (id, name, installation_id, workspace_id, key, data, due_at, entity_id, cancel_on)
  VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, now() + make_interval(secs => $8)), $9, $10)
  ON CONFLICT (installation_id, name, key) WHERE state = 'waiting' AND key IS NOT NULL
  DO UPDATE SET id = excluded.id, data = excluded.data, due_at = excluded.due_at, entity_id = excluded.entity_id,
                cancel_on = excluded.cancel_on, created_at = now(), updated_at = now()
  RETURNING id, due_at AS "dueAt"`;

/**
 * Name by name along the index of what is due, so that tasks of a name that this release does not have are not read. Replicas
 * take different rows.
 */
const MOVE_DUE = `
  WITH due AS MATERIALIZED (
    SELECT task.id FROM unnest($1::text[]) AS known (name) CROSS JOIN LATERAL (
      SELECT id FROM scheduled_tasks WHERE name = known.name AND state = 'waiting' AND due_at <= now()
      ORDER BY due_at LIMIT $2 FOR UPDATE SKIP LOCKED) AS task)
  UPDATE scheduled_tasks AS task SET state = 'queued', updated_at = now()
  FROM due WHERE task.id = due.id RETURNING task.id, task.name, task.due_at AS "dueAt"`;

/** A job that is run again after its process died finds it running; a redriven one finds it dead-lettered. */
const BEGIN = `
  UPDATE scheduled_tasks SET state = 'running', started_at = coalesce(started_at, now()), ended_at = NULL, updated_at = now()
  WHERE id = $1 AND state IN ('queued', 'running', 'parked', 'dead_lettered')
  RETURNING id, name, installation_id AS "installationId", data, due_at AS "dueAt", key, entity_id AS "entityId",
            greatest(0, extract(epoch FROM now() - due_at))::float8 AS "lateSeconds"`;

/** The last items of a JSON array, in order. */
const lastOf = (array: string, count: number): string => `
  CASE WHEN jsonb_array_length(${array}) <= ${count} THEN ${array} ELSE (
    SELECT jsonb_agg(item ORDER BY position) FROM jsonb_array_elements(${array}) WITH ORDINALITY AS items (item, position)
    WHERE position > jsonb_array_length(${array}) - ${count}) END`;

const RECORD = `
  UPDATE scheduled_tasks AS task
  SET state = record.state, reason = record.reason, updated_at = now(),
      attempts = ${lastOf('(task.attempts || record.attempts)', 50)},
      log = ${lastOf('(task.log || record.log)', 200)},
      ended_at = CASE WHEN record.state IN ('handled', 'skipped', 'dead_lettered') THEN now() END
  FROM json_to_recordset($1::json) AS record (id uuid, state text, reason text, attempts jsonb, log jsonb)
  WHERE task.id = record.id AND task.state = 'running'`;

const CANCEL = `state = 'cancelled', ended_at = now(), updated_at = now()`;

/** In the order of the ids, so that two transactions that cancel the same tasks do not deadlock. */
const CANCEL_KEY = `
  UPDATE scheduled_tasks SET ${CANCEL}, reason = 'cancelled by its key'
  WHERE id = ANY (ARRAY(
    SELECT id FROM scheduled_tasks WHERE installation_id = $1 AND key = $2 AND ${OPEN} ORDER BY id FOR UPDATE))`;

const CANCEL_ID = `
  UPDATE scheduled_tasks SET ${CANCEL}, reason = $2 WHERE id = $1 AND ${OPEN}`;

/** Events that the app itself caused cancel nothing: a handler may answer before it schedules. */
const CANCEL_BY_EVENTS = `
  WITH found AS MATERIALIZED (
    SELECT task.id, event.name
    FROM json_to_recordset($1::json) AS event ("workspaceId" text, "entityId" text, name text, "actorId" text)
    JOIN scheduled_tasks AS task ON task.workspace_id = event."workspaceId" AND task.entity_id = event."entityId"
      AND task.cancel_on @> ARRAY[event.name] AND task.${OPEN}
    LEFT JOIN installations AS app ON app.id = task.installation_id
    WHERE app.bot_user_id IS DISTINCT FROM event."actorId"
    ORDER BY task.id FOR UPDATE OF task)
  UPDATE scheduled_tasks AS task SET ${CANCEL}, reason = 'cancelled by ' || named.name
  FROM (SELECT id, min(name) AS name FROM found GROUP BY id) AS named WHERE task.id = named.id`;

/** Dead letters are kept as long as their jobs. */
const DELETE_OLD = `
  DELETE FROM scheduled_tasks WHERE id = ANY (ARRAY(
    SELECT id FROM scheduled_tasks
    WHERE state <> 'waiting' AND updated_at < now() - make_interval(secs => $1)
      AND (ended_at IS NOT NULL AND state <> 'dead_lettered' OR updated_at < now() - make_interval(secs => $2))
    ORDER BY updated_at LIMIT $3 FOR UPDATE SKIP LOCKED))`;

/** The table `scheduled_tasks`, as tasks are scheduled and run. */
@Injectable()
export class TasksRepository {
  constructor(@InjectRepository(ScheduledTaskEntity) private readonly rows: Repository<ScheduledTaskEntity>) {}

  /** Stores a task; one with the same key that has not started is replaced. */
  async insert(task: NewTask): Promise<Pick<ScheduledTaskEntity, 'id' | 'dueAt'>> {
    const { id, name, installationId, workspaceId, key, data, at, afterSeconds, entityId, cancelOn } = task;
    const json = JSON.stringify(data ?? null);
    const values = [id, name, installationId, workspaceId, key, json, at, afterSeconds, entityId, cancelOn];
    return this.rows.manager.transaction(async (transaction) => {
      if (key !== null) await transaction.query(REPLACE, [installationId, name, key]);
      const [row] = await transaction.query<Pick<ScheduledTaskEntity, 'id' | 'dueAt'>[]>(INSERT, values);
      if (!row) throw new Error('INSERT … RETURNING returned no row');
      return row;
    });
  }

  /** Marks due tasks of these names as queued, at most `limit` of each name. Resolves with them, by their time. */
  async moveDue(
    transaction: EntityManager,
    names: readonly string[],
    limit: number,
  ): Promise<Pick<ScheduledTaskEntity, 'id' | 'name' | 'dueAt'>[]> {
    type Moved = Pick<ScheduledTaskEntity, 'id' | 'name' | 'dueAt'>;
    const [moved] = await transaction.query<[Moved[], number]>(MOVE_DUE, [names, limit]);
    return moved.toSorted((a, b) => a.dueAt.getTime() - b.dueAt.getTime());
  }

  /** Begins a run. `undefined` where the task was cancelled, was replaced, or has ended. */
  async begin(id: string): Promise<StartedTask | undefined> {
    const [[task]] = await this.rows.query<[StartedTask[], number]>(BEGIN, [id]);
    return task;
  }

  /** Adds the records of runs, in the caller's transaction. */
  async record(transaction: EntityManager, records: readonly TaskRunRecord[]): Promise<void> {
    const rows = records.map(({ id, attempt, log }) => {
      const { outcome, reason = null } = attempt;
      const state = outcome === 'failed' || outcome === 'delayed' ? 'queued' : outcome;
      return { id, state, reason, attempts: [attempt], log };
    });
    const storable = (_: string, value: unknown): unknown =>
      typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;
    await transaction.query(RECORD, [JSON.stringify(rows, storable)]);
  }

  /** Cancels the installation's tasks with the key. Resolves with how many. */
  async cancelKey(installationId: string, key: string): Promise<number> {
    return affected(await this.rows.query(CANCEL_KEY, [installationId, key]));
  }

  /** Resolves with whether it had not started. */
  async cancel(transaction: EntityManager, id: string, reason: string): Promise<boolean> {
    return affected(await transaction.query(CANCEL_ID, [id, reason])) === 1;
  }

  /** Cancels the tasks that these events cancel, in the caller's transaction. Resolves with how many. */
  async cancelByEvents(transaction: EntityManager, events: readonly CancellingEvent[]): Promise<number> {
    return affected(await transaction.query(CANCEL_BY_EVENTS, [JSON.stringify(events)]));
  }

  /** Deletes all tasks of an installation. Resolves with how many. */
  async deleteOf(transaction: EntityManager, installationId: string): Promise<number> {
    return (await transaction.delete(ScheduledTaskEntity, { installationId })).affected ?? 0;
  }

  /**
   * Deletes tasks that ended longer ago than `endedSeconds`, and other ones whose job is gone, which is after `jobSeconds`;
   * never those that wait for their time. Resolves with how many.
   */
  async deleteOld(endedSeconds: number, jobSeconds: number, limit: number): Promise<number> {
    return affected(await this.rows.query(DELETE_OLD, [endedSeconds, jobSeconds, limit]));
  }
}

function affected(result: unknown): number {
  return (result as [unknown[], number])[1];
}
