import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { InstallationsService } from '../installations/installations.service.js';
import { type ListedSchedule, TaskAdminService, type TaskDetails } from '../tasks/task-admin.service.js';
import { type TaskFilter, type TaskPage } from '../tasks/task-pages.js';
import { ChangeLock } from './change-lock.service.js';
import { unknownName, type UnknownName } from './delivery-search.service.js';

/** A filter as an operator writes it: the workspace by slug or id. */
export interface TaskFilterInput extends Omit<TaskFilter, 'workspaceId'> {
  readonly workspace?: string;
}

/** Operations on tasks and schedules; what changes something, and each read of what the app stored, is audited. */
@Injectable()
export class TaskOperations {
  constructor(
    private readonly audit: AuditService,
    private readonly tasks: TaskAdminService,
    private readonly installations: InstallationsService,
    private readonly lock: ChangeLock,
  ) {}

  /**
   * A page of tasks, the last scheduled first; names that select nothing and that nothing has are reported.
   *
   * @throws {DomainError} `cursor_invalid`
   */
  async list(
    { workspace, ...filter }: TaskFilterInput,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<TaskPage & { readonly unknown: readonly UnknownName[] }> {
    const all = workspace === undefined ? [] : await this.installations.all();
    const workspaceId = workspace === undefined ? undefined : await this.installations.workspaceIdOf(workspace);
    const found = await this.tasks.page({ ...filter, ...(workspaceId !== undefined && { workspaceId }) }, page);
    if (found.tasks.length > 0) return { ...found, unknown: [] };
    const unknown: UnknownName[] = [];
    const slugs = all.map(({ workspaceSlug }) => workspaceSlug);
    if (workspace !== undefined && !all.some((each) => each.workspaceId === workspaceId))
      unknown.push(unknownName('workspace', workspace, slugs));
    const names = this.tasks.names();
    if (filter.name !== undefined && !names.includes(filter.name))
      unknown.push(unknownName('name', filter.name, names));
    return { ...found, unknown };
  }

  /** A task without what the app stored and logged. @throws {DomainError} `task_not_found` */
  async show(id: string): Promise<TaskDetails> {
    return { ...(await this.tasks.require(id)), data: null, log: [] };
  }

  /** A task with what the app stored and logged. @throws {DomainError} `task_not_found` */
  async read(by: Actor, id: string): Promise<TaskDetails> {
    return this.audit.audited({ by, action: 'task.read', target: targetOf(id) }, () => this.tasks.require(id));
  }

  /**
   * Cancels a task that has not started.
   *
   * @throws {DomainError} `task_not_found`, `task_not_cancellable`
   */
  async cancel(by: Actor, id: string): Promise<void> {
    await this.lock.run({
      resource: targetOf(id),
      precondition: undefined,
      change: async (transaction) =>
        this.audit.audited(
          { by, action: 'task.cancel', target: targetOf(id) },
          () => this.tasks.cancel(id, by.name ?? by.id, transaction),
          undefined,
          transaction,
        ),
    });
  }

  /** The schedules, by handler. */
  async schedules(): Promise<ListedSchedule[]> {
    return this.tasks.schedules();
  }
}

function targetOf(id: string): string {
  return `task/${id}`;
}
