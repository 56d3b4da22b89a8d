import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { postgresText } from '../common/postgres-text.js';
import { secondsOf } from '../common/duration.js';
import { type Installation } from '../installations/installation.js';
import { InstallationsService } from '../installations/installations.service.js';
import { storable } from '../webhooks/deliveries/delivery-row.js';
import { compileEventPattern } from '../webhooks/events/event-pattern.js';
import {
  type HandlerTasks,
  type ScheduledTask,
  type ScheduleTaskOptions,
} from '../webhooks/discovery/handler-tasks.js';
import { taskUnusable, unknownTask } from './task.errors.js';
import { TaskRegistry } from './task.registry.js';
import { type NewTask, TasksRepository } from './tasks.repository.js';

const MAX_SECONDS = 5 * 366 * 86_400;
const MAX_DATA_BYTES = 65_536;
const MAX_KEY_LENGTH = 200;

/** Schedules and cancels tasks. Outside of an event, inject it: `tasks.forInstallation('acme').schedule(…)`. */
@Injectable()
export class Tasks {
  constructor(
    private readonly registry: TaskRegistry,
    private readonly tasks: TasksRepository,
    private readonly installations: InstallationsService,
  ) {}

  /**
   * The tasks of one installation, by the workspace's slug or id. `cancelOn` then needs `workItemId`.
   *
   * The methods of the result throw `installation_unknown` where the app is not installed there.
   */
  forInstallation(workspace: string | Installation): HandlerTasks {
    return this.of(async () => this.installations.requireInstalled(workspace), undefined);
  }

  /** The tasks of a run's context. @param workItemId the default of `cancelOn` */
  ofRun(installation: Installation, workItemId: string | undefined): HandlerTasks {
    return this.of(async () => installation, workItemId);
  }

  private of(installation: () => Promise<Installation>, workItemId: string | undefined): HandlerTasks {
    return {
      schedule: async (name, data, options) =>
        this.schedule(await installation(), { name, data, options: { ...(workItemId && { workItemId }), ...options } }),
      cancel: async (key) => this.tasks.cancelKey((await installation()).id, validKey(key)),
    };
  }

  private async schedule(
    { id: installationId, workspaceId }: Installation,
    { name, data, options }: { name: string; data: unknown; options: ScheduleTaskOptions },
  ): Promise<ScheduledTask> {
    const names = this.registry.taskNames();
    if (!names.includes(name)) throw unknownTask(name, names);
    const time = timeOf(options);
    const cancelOn = namesOf(options);
    const { key, workItemId } = options;
    if (cancelOn && workItemId === undefined)
      throw taskUnusable('cancelOn needs a work item: this run is about none, so pass workItemId');
    return this.tasks.insert({
      id: uuid(),
      name,
      installationId,
      workspaceId,
      key: key === undefined ? null : validKey(key),
      data: storableData(data),
      ...time,
      entityId: workItemId === undefined ? null : storable(workItemId),
      cancelOn,
    });
  }
}

/** @throws {DomainError} `task_unusable` */
function timeOf({ after, at }: ScheduleTaskOptions): Pick<NewTask, 'at' | 'afterSeconds'> {
  if ((after === undefined) === (at === undefined))
    throw taskUnusable(`pass either "after", such as '2h', or "at", such as '2026-01-31T09:00:00Z'`);
  if (after !== undefined) {
    const afterSeconds = secondsOf(after);
    if (afterSeconds !== undefined && afterSeconds <= MAX_SECONDS) return { at: null, afterSeconds };
    throw taskUnusable(
      `"after" is ${JSON.stringify(after)}: it must be seconds, or a text such as 90s, 15m, 2h, 3d or 1w; up to five years`,
    );
  }
  const time = new Date(at ?? Number.NaN);
  if (!(time.getTime() - Date.now() <= MAX_SECONDS * 1000))
    throw taskUnusable(`"at" is ${String(at)}: it must be a date, or a time in ISO 8601, up to five years from now`);
  return { at: time, afterSeconds: 0 };
}

/** @throws {DomainError} `task_unusable` */
function namesOf({ cancelOn }: ScheduleTaskOptions): string[] | null {
  if (cancelOn === undefined) return null;
  const patterns = typeof cancelOn === 'string' ? [cancelOn] : cancelOn;
  try {
    return [...new Set(patterns.flatMap((pattern) => compileEventPattern(pattern).names))];
  } catch (error) {
    throw taskUnusable(`cancelOn: ${(error as Error).message}`);
  }
}

function storableData(data: unknown): unknown {
  let json: string | undefined;
  try {
    json = JSON.stringify(data ?? null, (_, value: unknown) =>
      typeof value === 'string' ? postgresText(value) : value,
    ) as string | undefined;
  } catch (error) {
    throw taskUnusable(`the data must be what JSON can express: ${(error as Error).message}`);
  }
  if (json === undefined) throw taskUnusable('the data must be what JSON can express: a function or symbol is not');
  const size = Buffer.byteLength(json);
  if (size > MAX_DATA_BYTES)
    throw taskUnusable(
      `the data has ${size} bytes as JSON; up to ${MAX_DATA_BYTES}: store ids, and read the rest later`,
    );
  return JSON.parse(json);
}

function validKey(key: string): string {
  if (typeof key === 'string' && key !== '' && postgresText(key, MAX_KEY_LENGTH) === key) return key;
  throw taskUnusable(`the key must be a text of 1 to ${MAX_KEY_LENGTH} characters`);
}
