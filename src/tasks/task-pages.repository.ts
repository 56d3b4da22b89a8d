import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { ScheduledTaskEntity } from './scheduled-task.entity.js';
import { type TaskCount, type TaskFilter, type TaskPage, type TaskSummary } from './task-pages.js';

const PAGE = `
  SELECT id, name, installation_id AS "installationId", workspace_id AS "workspaceId", key, state, due_at AS "dueAt", reason,
         jsonb_array_length(attempts) AS "attemptCount", created_at AS "createdAt", started_at AS "startedAt",
         ended_at AS "endedAt"
  FROM scheduled_tasks
  WHERE ($2::uuid IS NULL OR id < $2) AND ($3::text IS NULL OR state = $3) AND ($4::text IS NULL OR name = $4)
    AND ($5::text IS NULL OR workspace_id = $5) AND ($6::text IS NULL OR key = $6)
    AND ($7::text[] IS NULL OR (state = 'waiting' AND name <> ALL ($7)))
  ORDER BY id DESC LIMIT $1`;

/** Of tasks that have not ended, along their index. */
const COUNTS = `
  SELECT name, state, count(*)::int AS count FROM scheduled_tasks WHERE ended_at IS NULL GROUP BY name, state
  ORDER BY name, state`;

const OVERDUE = `
  SELECT greatest(0, coalesce(extract(epoch FROM now() - min(first.due_at)), 0))::float8 AS seconds
  FROM unnest($1::text[]) AS known (name) CROSS JOIN LATERAL (
    SELECT due_at FROM scheduled_tasks WHERE name = known.name AND state = 'waiting' ORDER BY due_at LIMIT 1) AS first`;

/** Reads the table of tasks for operators. */
@Injectable()
export class TaskPagesRepository {
  constructor(@InjectRepository(ScheduledTaskEntity) private readonly rows: Repository<ScheduledTaskEntity>) {}

  /** The last scheduled first, from the one after `before`. @param known the names that this release has methods for */
  async page(
    { state, name, workspaceId, key, orphaned }: TaskFilter,
    { limit, before }: { readonly limit: number; readonly before?: string },
    known: readonly string[],
  ): Promise<TaskPage> {
    const values = [limit + 1, before, state, name, workspaceId, key, orphaned ? known : null];
    const rows = await this.rows.query<TaskSummary[]>(
      PAGE,
      values.map((value) => value ?? null),
    );
    const last = rows[limit - 1];
    return { tasks: rows.slice(0, limit), ...(rows.length > limit && last && { next: last.id }) };
  }

  async find(id: string, manager: EntityManager = this.rows.manager): Promise<ScheduledTaskEntity | undefined> {
    return (await manager.findOneBy(ScheduledTaskEntity, { id })) ?? undefined;
  }

  /** Of tasks that have not ended, by name and state. */
  async counts(): Promise<TaskCount[]> {
    return this.rows.query(COUNTS);
  }

  /** How many tasks wait whose name is none of these, by name. */
  async orphaned(known: readonly string[]): Promise<TaskCount[]> {
    const counts = await this.counts();
    return counts.filter(({ name, state }) => state === 'waiting' && !known.includes(name));
  }

  /** For how long the oldest due task of these names has waited to be queued, seconds; 0 where none is due. */
  async overdueSeconds(known: readonly string[]): Promise<number> {
    const [row] = await this.rows.query<{ seconds: number }[]>(OVERDUE, [known]);
    return row?.seconds ?? 0;
  }
}
