import { Injectable } from '@nestjs/common';
import { invalidHandler } from '../webhooks/discovery/handler.errors.js';
import { type TaskHandler } from '../webhooks/discovery/handler.js';
import { type CronSchedule } from './cron.js';

/** The names of a schedule's rows begin so; those of tasks have no `/`. */
const SCHEDULE_PREFIX = 'schedule/';

/** When a schedule's method runs, and for what. */
export interface Schedule extends CronSchedule {
  /** Of the rows of its runs. */
  readonly name: string;
  readonly handler: TaskHandler;
  readonly eachInstallation: boolean;
  readonly spreadSeconds: number;
}

/** The methods with `@OnTask` and `@OnSchedule`. */
@Injectable()
export class TaskRegistry {
  private readonly handlers = new Map<string, TaskHandler>();
  private readonly ofSchedules = new Map<string, Schedule>();

  /** @throws {DomainError} where another method has the name */
  add(name: string, handler: TaskHandler): void {
    const other = this.handlers.get(name);
    if (other)
      throw invalidHandler(
        `${other.id} and ${handler.id} both have @OnTask(${JSON.stringify(name)}). A task runs one method: rename one of the tasks.`,
      );
    this.handlers.set(name, handler);
  }

  addSchedule(schedule: Schedule): void {
    this.add(schedule.name, schedule.handler);
    this.ofSchedules.set(schedule.handler.id, schedule);
  }

  /** The method of a name; `undefined` where this release has none. */
  handlerOf(name: string): TaskHandler | undefined {
    return this.handlers.get(name);
  }

  schedules(): Schedule[] {
    return [...this.ofSchedules.values()];
  }

  /** The names of all methods, those of schedules included. */
  names(): string[] {
    return [...this.handlers.keys()];
  }

  /** The names that an app can schedule. */
  taskNames(): string[] {
    return this.names().filter((name) => !isScheduleName(name));
  }
}

/** The name of the rows of a schedule's runs. */
export function scheduleNameOf(handlerId: string): string {
  return `${SCHEDULE_PREFIX}${handlerId}`;
}

/** Whether the row is a run of a schedule. */
export function isScheduleName(name: string): boolean {
  return name.startsWith(SCHEDULE_PREFIX);
}
