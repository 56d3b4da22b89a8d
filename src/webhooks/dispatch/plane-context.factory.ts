import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { Drain } from '../../config/drain.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { type Installation } from '../../installations/installation.js';
import { type ClientOptions, PlaneClientFactory, type TokenSupplier } from '../../plane/plane-client.factory.js';
import { keyBudget } from '../../plane/plane-key.service.js';
import { InstallationStatusService } from '../../tokens/installation-status.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { handlerLogger } from '../discovery/handler-logger.js';
import { type PlaneContext } from '../discovery/handler-contexts.js';
import { type HandlerTasks } from '../discovery/handler-tasks.js';
import { CATCH_UP } from '../events/normalise-catch-up.js';
import { WorkItemProjectsService } from '../work-item-projects/work-item-projects.service.js';
import { type ContextRun } from './handler-run.js';
import { RunToolsService } from './run-tools.service.js';
import { type UserName, WorkspaceUsersService } from './workspace-users.service.js';

/** The path of a work item, or of what belongs to it. */
const WORK_ITEM_PATH = /\/projects\/([\w-]+)\/work-items\/([\w-]+)\//;

/** Makes the tasks of a context. @param workItemId the default of `cancelOn` */
export type TasksOf = (installation: Installation, workItemId: string | undefined) => HandlerTasks;

const withoutTasks = async (): Promise<never> => {
  throw new Error('a process without the module of tasks runs handlers');
};
const NO_TASKS: HandlerTasks = { schedule: withoutTasks, cancel: withoutTasks };

/** Makes the context that a handler gets. */
@Injectable()
export class PlaneContextFactory {
  private tasksOf: TasksOf | undefined;
  /** What interrupts the calls of a context, where anything does. */
  private readonly interruptions = new WeakMap<object, AbortSignal>();

  constructor(
    private readonly clients: PlaneClientFactory,
    private readonly tokens: TokensService,
    private readonly statuses: InstallationStatusService,
    private readonly projects: WorkItemProjectsService,
    private readonly users: WorkspaceUsersService,
    private readonly tools: RunToolsService,
    private readonly drain: Drain,
    private readonly connections: PlaneConnections,
  ) {}

  /** Sets what makes the tasks of contexts: `src/tasks`, which this layer does not import. */
  useTasks(tasksOf: TasksOf): void {
    this.tasksOf = tasksOf;
  }

  /** @param signal aborts the run */
  create(run: ContextRun, installation: Installation, signal: AbortSignal): PlaneContext {
    const { handler, job, log } = run;
    const { attempt } = job;
    const { deliveryId } = job.data;
    const { workspaceId: id, workspaceSlug: slug, workspaceName: name } = installation;
    const workspace = { id, slug, name };
    const calls: ClientOptions = {
      signal,
      priority: run.event?.source === CATCH_UP ? 'background' : handler.options.callPriority,
      renamedSlug: async (old: string) => {
        const renamed = await this.renamedSlug(installation, [slug, workspace.slug], old);
        workspace.slug = renamed ?? workspace.slug;
        return renamed;
      },
    };
    const lookups = this.lookupClients(installation, calls);
    const handlerCalls: ClientOptions = {
      ...calls,
      onNotFound: (path) => this.forgetProject(installation, path),
      interruption: () => this.interruptions.get(context),
    };
    const own: Pick<PlaneContext, 'plane' | 'projectIdOf' | 'workspace'> = {
      plane: this.botClient(installation, handlerCalls),
      projectIdOf: (workItem) =>
        this.projects.projectIdOf({ ...lookups, isRetry: attempt > 1, slug: workspace.slug }, workItem),
      workspace,
    };
    const context: PlaneContext = {
      ...own,
      ...this.tools.toolsOf(run, installation, own),
      planeAs: (planeUserId) => this.clients.create(this.userTokens({ planeUserId }, installation), handlerCalls),
      planeAsSubject: (subject) => this.clients.create(this.userTokens({ subject }, installation), handlerCalls),
      installation,
      tasks: this.tasksFor(run, installation),
      delivery: { id: deliveryId, attempt },
      logger: handlerLogger(handler.id, { deliveryId, attempt, workspace: slug }, log),
      signal,
    };
    return context;
  }

  /** Aborts the calls of the context's clients that are under way when the signal is aborted; later ones are made. */
  interruptBy(context: Omit<PlaneContext, 'skip'>, signal: AbortSignal): void {
    this.interruptions.set(context, signal);
  }

  private tasksFor({ event, workItemId }: ContextRun, installation: Installation): HandlerTasks {
    if (!this.tasksOf) return NO_TASKS;
    const entity = event && (event.workItem?.id || event.entityId);
    return this.tasksOf(installation, workItemId ?? (entity || undefined));
  }

  /** A search calls projects that do not have the work item: nothing follows from that. */
  private lookupClients(
    installation: Installation,
    calls: ClientOptions,
  ): { installationId: string; plane: PlaneClient; background: PlaneClient } {
    const background = { ...calls, signal: this.drain.abortSignal, priority: 'background', maxWaitMs: 0 } as const;
    return {
      installationId: installation.id,
      plane: this.botClient(installation, calls),
      background: this.botClient(installation, background),
    };
  }

  /** A client of Plane's API that acts as the app's bot in the installation's workspace. */
  botClient(installation: Installation, calls: ClientOptions): PlaneClient {
    const renamedSlug = async (old: string): Promise<string | undefined> =>
      this.renamedSlug(installation, [installation.workspaceSlug], old);
    return this.clients.create(this.botTokens(installation), { renamedSlug, ...calls });
  }

  /** A slug of another workspace is the handler's own business. @param own the slugs that the handler was given */
  private async renamedSlug(
    installation: Installation,
    own: readonly string[],
    slug: string,
  ): Promise<string | undefined> {
    return own.includes(slug) ? this.statuses.renamedSlug(installation, slug) : undefined;
  }

  private async forgetProject({ id: installationId }: Installation, path: string): Promise<void> {
    const [, projectId, workItemId] = WORK_ITEM_PATH.exec(path) ?? [];
    if (projectId !== undefined && workItemId !== undefined)
      await this.projects.forget({ installationId, workItemId }, projectId);
  }

  private botTokens(installation: Installation): TokenSupplier {
    const connection = this.connections.default;
    if (connection.mode === 'api-key')
      return {
        connection,
        live: () => this.tokens.accessToken(installation),
        budgetKey: keyBudget(connection.key.secret),
        whenDenied: () => this.statuses.whyDenied(installation),
      };
    return {
      connection,
      live: () => this.tokens.accessToken(installation),
      insteadOf: (rejected) => this.tokens.accessToken(installation, rejected),
      budgetKey: `bot:${installation.id}`,
    };
  }

  /** A subject and their Plane user have separate budgets of calls here, although Plane counts them together. */
  private userTokens(user: UserName, installation: Installation): TokenSupplier {
    return {
      live: () => this.users.accessToken(user, installation),
      insteadOf: (rejected) => this.users.accessToken(user, installation, rejected),
      budgetKey: 'subject' in user ? `subject:${user.subject}` : `user:${user.planeUserId}`,
    };
  }
}
