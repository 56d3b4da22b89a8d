import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { type HostedMethod, validatedHandler } from '../webhooks/discovery/decorated-methods.js';
import { HandlerClasses } from '../webhooks/discovery/handler-classes.js';
import { type TaskHandler } from '../webhooks/discovery/handler.js';
import { resolveHandlerOptions } from '../webhooks/discovery/handler-options.js';
import { HandlerRegistry } from '../webhooks/discovery/handler.registry.js';
import { requireValidSchedule } from './cron.js';
import { SCHEDULE_METADATA, type ScheduleMetadata } from './on-schedule.decorator.js';
import { TASK_METADATA, type TaskMetadata } from './on-task.decorator.js';
import { type Schedule, scheduleNameOf, TaskRegistry } from './task.registry.js';

const NAME = /^[\w.:-]{1,100}$/;
const DEFAULT_SPREAD_SECONDS = 300;
const MAX_SPREAD_SECONDS = 86_400;

/** Registers the methods with `@OnTask` and `@OnSchedule` when the process starts. */
@Injectable()
export class TaskExplorer implements OnModuleInit {
  constructor(
    private readonly classes: HandlerClasses,
    private readonly reflector: Reflector,
    private readonly handlers: HandlerRegistry,
    private readonly tasks: TaskRegistry,
  ) {}

  /** @throws {DomainError} that names the `Class.method` of an invalid handler */
  onModuleInit(): void {
    for (const hosted of this.classes.methods()) {
      const task = this.reflector.get<TaskMetadata | undefined>(TASK_METADATA, hosted.method);
      if (task) this.addTask(hosted, task);
      const schedule = this.reflector.get<ScheduleMetadata | undefined>(SCHEDULE_METADATA, hosted.method);
      if (schedule) this.addSchedule(hosted, schedule);
    }
  }

  private addTask({ host, name: method }: HostedMethod, { name, options }: TaskMetadata): void {
    const handler = validatedHandler(host, method, (id, instance): TaskHandler => {
      if (!NAME.test(name))
        throw new TypeError(
          `the task's name ${JSON.stringify(name)} may contain letters, digits and "_ . : -" only, up to 100 characters`,
        );
      return {
        kind: 'task',
        id,
        pattern: `task ${name}`,
        options: resolveHandlerOptions(options),
        run: (task, context) => instance[method]?.(task, context),
      };
    });
    this.handlers.add(handler);
    this.tasks.add(name, handler);
  }

  private addSchedule({ host, name: method }: HostedMethod, { cron, options }: ScheduleMetadata): void {
    const schedule = validatedHandler(host, method, (id, instance): Schedule => {
      const { timeZone = 'UTC', each, spreadSeconds = DEFAULT_SPREAD_SECONDS, ...rest } = options;
      requireValidSchedule({ cron, timeZone });
      if (!(spreadSeconds >= 0 && spreadSeconds <= MAX_SPREAD_SECONDS))
        throw new TypeError(`spreadSeconds must be a number from 0 to ${MAX_SPREAD_SECONDS}`);
      const handler: TaskHandler = {
        kind: 'task',
        id,
        pattern: `schedule ${cron} ${timeZone}`,
        options: resolveHandlerOptions(rest),
        run: (run, context) => instance[method]?.(run, context),
      };
      const eachInstallation = each === 'installation';
      return { name: scheduleNameOf(id), handler, cron, timeZone, eachInstallation, spreadSeconds };
    });
    this.handlers.add(schedule.handler);
    this.tasks.addSchedule(schedule);
  }
}
