import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { type CronSchedule } from './cron.js';
import { type ScheduledTaskEntity } from './scheduled-task.entity.js';
import { SchedulesRepository } from './schedules.repository.js';
import { invalidTaskCursor, taskNotCancellable, taskNotFound } from './task.errors.js';
import { type TaskCount, type TaskFilter, type TaskPage } from './task-pages.js';
import { TaskPagesRepository } from './task-pages.repository.js';
import { TaskRegistry } from './task.registry.js';
import { TasksRepository } from './tasks.repository.js';

/** A task with what the app stored in it, its attempts and its log. */
export type TaskDetails = Readonly<ScheduledTaskEntity>;

/** A schedule, for operators. */
export interface ListedSchedule extends CronSchedule {
  readonly handler: string;
  readonly each: 'installation' | 'app';
  /** `undefined` until a process with the role scheduler has declared it, and for one that this release does not have. */
  readonly nextAt: Date | undefined;
  /** The last occurrence for which it ran; `null` where there is none. */
  readonly lastAt: Date | null;
  /** This release does not have it: it does not run. */
  readonly orphaned: boolean;
}

/** Lists, shows and cancels tasks for operators. */
@Injectable()
export class TaskAdminService {
  constructor(
    private readonly registry: TaskRegistry,
    private readonly pages: TaskPagesRepository,
    private readonly tasks: TasksRepository,
    private readonly rows: SchedulesRepository,
  ) {}

  /** The names of the tasks and schedules of this release. */
  names(): string[] {
    return this.registry.names();
  }

  /** A page of tasks, the last scheduled first. @throws {DomainError} `cursor_invalid` */
  async page(filter: TaskFilter, page: { readonly limit: number; readonly before?: string }): Promise<TaskPage> {
    if (page.before !== undefined && !isUuid(page.before)) throw invalidTaskCursor(page.before);
    return this.pages.page(filter, page, this.registry.names());
  }

  /** @throws {DomainError} `task_not_found` */
  async require(id: string, transaction?: EntityManager): Promise<TaskDetails> {
    const found = isUuid(id) ? await this.pages.find(id, transaction) : undefined;
    if (!found) throw taskNotFound(id);
    return found;
  }

  /**
   * Cancels a task that has not started, in the caller's transaction.
   *
   * @param by the operator's name
   * @throws {DomainError} `task_not_found`, `task_not_cancellable`
   */
  async cancel(id: string, by: string, transaction: EntityManager): Promise<void> {
    const { state } = await this.require(id, transaction);
    if (!(await this.tasks.cancel(transaction, id, `cancelled by ${by}`))) throw taskNotCancellable(id, state);
  }

  /** How many tasks wait for a method which this release does not have, by name. */
  async orphaned(): Promise<TaskCount[]> {
    return this.pages.orphaned(this.registry.names());
  }

  /** Every schedule of this release, and those of others that are still stored; by handler. */
  async schedules(): Promise<ListedSchedule[]> {
    const stored = new Map((await this.rows.all()).map((row) => [row.handler, row]));
    const known = this.registry.schedules().map((schedule): ListedSchedule => {
      const { cron, timeZone, eachInstallation, handler } = schedule;
      const row = stored.get(handler.id);
      stored.delete(handler.id);
      const same = row?.cron === cron && row.timeZone === timeZone;
      const each = eachInstallation ? 'installation' : 'app';
      const nextAt = same ? row.nextAt : undefined;
      return { handler: handler.id, cron, timeZone, each, nextAt, lastAt: row?.lastAt ?? null, orphaned: false };
    });
    const orphaned = [...stored.values()].map(({ handler, cron, timeZone, lastAt }): ListedSchedule => ({
      handler,
      cron,
      timeZone,
      each: 'app',
      nextAt: undefined,
      lastAt,
      orphaned: true,
    }));
    return [...known, ...orphaned].toSorted((a, b) => (a.handler < b.handler ? -1 : 1));
  }

  /** Deletes schedules that no release runs any more. Resolves with how many. */
  async deleteOrphanedSchedules(): Promise<number> {
    return this.rows.deleteOrphaned(this.registry.schedules().map(({ handler }) => handler.id));
  }
}
