import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { Drain } from '../../config/drain.js';
import { type Installation } from '../../installations/installation.js';
import { type ClientOptions } from '../../plane/plane-client.factory.js';
import { PlaneClients } from '../clients/plane-clients.service.js';
import { handlerLogger } from '../discovery/handler-logger.js';
import { type PlaneContext } from '../discovery/handler-contexts.js';
import { type HandlerTasks } from '../discovery/handler-tasks.js';
import { CATCH_UP } from '../events/normalise-catch-up.js';
import { WorkItemProjectsService } from '../work-item-projects/work-item-projects.service.js';
import { type ContextRun } from './handler-run.js';
import { RunToolsService } from './run-tools.service.js';

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
    private readonly clients: PlaneClients,
    private readonly projects: WorkItemProjectsService,
    private readonly tools: RunToolsService,
    private readonly drain: Drain,
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
        const renamed = await this.clients.renamedSlug(installation, [slug, workspace.slug], old);
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
    const watched = (client: string): ClientOptions => ({ ...handlerCalls, watch: run.calls.watcher(client) });
    const projectIdOf: PlaneContext['projectIdOf'] = async (workItem) =>
      this.projects.projectIdOf({ ...lookups, isRetry: attempt > 1, slug: workspace.slug }, workItem);
    // A call that a reply makes is reported as the reply.
    const unwatched = { plane: () => this.botClient(installation, handlerCalls), projectIdOf, workspace };
    const { once, reply, store, ...tools } = this.tools.toolsOf(run, installation, unwatched);
    const context: PlaneContext = {
      ...run.calls.watched('', { projectIdOf, once, reply }),
      ...tools,
      store: run.calls.watched('store.', store),
      plane: this.botClient(installation, watched('plane')),
      planeAs: (planeUserId) => this.clients.ofUser({ planeUserId }, installation, watched('planeAs(…)')),
      planeAsSubject: (subject) => this.clients.ofUser({ subject }, installation, watched('planeAsSubject(…)')),
      workspace,
      installation,
      tasks: run.calls.watched('tasks.', this.tasksFor(run, installation)),
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
    return this.clients.ofBot(installation, calls);
  }

  private async forgetProject({ id: installationId }: Installation, path: string): Promise<void> {
    const [, projectId, workItemId] = WORK_ITEM_PATH.exec(path) ?? [];
    if (projectId !== undefined && workItemId !== undefined)
      await this.projects.forget({ installationId, workItemId }, projectId);
  }
}
