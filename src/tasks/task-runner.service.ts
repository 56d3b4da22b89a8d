import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { PlaneConnections } from '../config/plane-connections.js';
import { Drain } from '../config/drain.js';
import { type Installation } from '../installations/installation.js';
import { InstallationsService } from '../installations/installations.service.js';
import { type LeasedJob } from '../queue/leased-job.js';
import { type RunResult } from '../queue/queue.js';
import { QueueService } from '../queue/queue.service.js';
import { ConsentNeededError } from '../tokens/tokens.errors.js';
import { AssignedHandlers } from '../webhooks/discovery/assigned-handlers.service.js';
import { type LifecycleContext } from '../webhooks/discovery/handler-contexts.js';
import { handlerLogger } from '../webhooks/discovery/handler-logger.js';
import { type TaskHandler } from '../webhooks/discovery/handler.js';
import { runBounded } from '../webhooks/dispatch/bounded-run.js';
import { ConnectionBulkhead } from '../webhooks/dispatch/connection-bulkhead.service.js';
import { type ContextRun } from '../webhooks/dispatch/handler-run.js';
import { HandlerRunObserver } from '../webhooks/dispatch/handler-run.observer.js';
import { workOptionsOf } from '../webhooks/dispatch/handler-workers.service.js';
import { ParkingService } from '../webhooks/dispatch/parking.service.js';
import { PlaneContextFactory } from '../webhooks/dispatch/plane-context.factory.js';
import { RunCalls, withCalls } from '../webhooks/dispatch/run-calls.js';
import { handledWith, internalError, isKeyProblem, skipped } from '../webhooks/dispatch/run-result.js';
import { LinkNeededError } from '../webhooks/clients/user.errors.js';
import { type TaskJob } from './due-tasks.service.js';
import { type ScheduledRun, type Task } from './task.js';
import { TaskMetricsService } from './task-metrics.service.js';
import { isScheduleName } from './task.registry.js';
import { type StartedTask, type TaskRunRecord, TasksRepository } from './tasks.repository.js';
import { Tasks } from './tasks.service.js';

/** One run of a task's method. */
type TaskRun = Pick<ContextRun, 'log' | 'notes' | 'calls'> & {
  readonly handler: TaskHandler;
  readonly job: LeasedJob<TaskJob>;
};

/** The role `worker`: runs the methods of tasks and schedules on their jobs, those that are assigned to this process. */
@Injectable()
export class TaskRunnerService implements OnModuleInit, OnApplicationBootstrap {
  private readonly logger = new Logger(TaskRunnerService.name);

  constructor(
    private readonly connections: PlaneConnections,
    private readonly assigned: AssignedHandlers,
    private readonly queue: QueueService,
    private readonly rows: TasksRepository,
    private readonly tasks: Tasks,
    private readonly installations: InstallationsService,
    private readonly contexts: PlaneContextFactory,
    private readonly parking: ParkingService,
    private readonly runs: HandlerRunObserver,
    private readonly metrics: TaskMetricsService,
    private readonly drain: Drain,
    private readonly bulkhead: ConnectionBulkhead,
  ) {}

  onModuleInit(): void {
    this.contexts.useTasks((installation, workItemId) => this.tasks.ofRun(installation, workItemId));
  }

  onApplicationBootstrap(): void {
    for (const handler of this.assigned.all())
      if (handler.kind === 'task')
        this.queue.work<TaskJob, TaskRunRecord>(
          handler.id,
          workOptionsOf(handler),
          (job) => this.run(handler, job),
          (transaction, records) => this.rows.record(transaction, records),
        );
  }

  /** Never rejects: an error is part of the result. */
  private async run(handler: TaskHandler, job: LeasedJob<TaskJob>): Promise<RunResult<TaskRunRecord>> {
    const { taskId: id } = job.data;
    const calls = new RunCalls({ handler: handler.id, taskId: id, attempt: job.attempt });
    const run: TaskRun = { handler, job, log: [], notes: {}, calls };
    const subject = { event: handler.pattern, eventId: id };
    const { result, attempt } = await this.runs.observe(job, subject, () => this.handle(run), run.notes);
    return { ...result, record: { id, attempt, log: run.log } };
  }

  private async handle(run: TaskRun): Promise<RunResult<never>> {
    const started = await this.begin(run.handler, run.job);
    if ('outcome' in started) return started;
    const { task, installation } = started;
    if (task.installationId === null) return this.callForApp(run, task);
    if (installation?.status !== 'installed' || !this.connections.of(installation))
      return skipped('the app is not installed there any more');
    const call = async (): Promise<RunResult<never>> => this.callFor(installation, run, task);
    return this.bulkhead.run(run.handler, installation.connectionId, call);
  }

  /** A database that is down uses up no attempt: the method has not run. */
  private async begin(
    handler: TaskHandler,
    job: LeasedJob<TaskJob>,
  ): Promise<RunResult<never> | { task: StartedTask; installation: Installation | undefined }> {
    try {
      const task = await this.rows.begin(job.data.taskId);
      if (!task) return skipped('the task was cancelled or replaced, or has ended');
      const { installationId } = task;
      return { task, installation: installationId ? await this.installations.findById(installationId) : undefined };
    } catch (err) {
      this.logger.warn({ msg: 'failed to read a task; retrying', handler: handler.id, err });
      return internalError();
    }
  }

  private async callFor(installation: Installation, run: TaskRun, task: StartedTask): Promise<RunResult<never>> {
    const { handler, job } = run;
    const workItemId = task.entityId ?? undefined;
    const asRun = { id: job.id, attempt: job.attempt, data: { deliveryId: task.id } };
    const contextRun: ContextRun = { ...run, job: asRun, ...(workItemId !== undefined && { workItemId }) };
    try {
      await this.bounded(run, task, (signal) =>
        handler.run(argumentOf(task), this.contexts.create(contextRun, installation, signal)),
      );
      return contextRun.skipped === undefined ? { outcome: 'handled' } : handledWith(contextRun.skipped);
    } catch (error) {
      if (contextRun.skipped !== undefined) return handledWith(contextRun.skipped); // also where the method wraps it
      if (error instanceof ConsentNeededError) return this.parking.untilConsent(job, error);
      if (error instanceof LinkNeededError) return this.parking.untilLinked(job, error);
      if (isKeyProblem(error)) return this.parking.untilKeyWorks(job, installation);
      throw error;
    }
  }

  private async callForApp(run: TaskRun, task: StartedTask): Promise<RunResult<never>> {
    const { handler, log, calls } = run;
    const { callPriority: priority } = handler.options;
    const { attempt } = run.job;
    const logger = handlerLogger(handler.id, { taskId: task.id, attempt }, log);
    await this.bounded(run, task, (signal) => {
      const options = { signal, priority, watch: calls.watcher('planeIn(…)') };
      const planeIn = (installation: Installation) => this.contexts.botClient(installation, options);
      const context: LifecycleContext = { planeIn, attempt, logger, signal };
      return handler.run(argumentOf(task), context);
    });
    return { outcome: 'handled' };
  }

  private async bounded(run: TaskRun, task: StartedTask, call: (signal: AbortSignal) => unknown): Promise<void> {
    const { handler, job, notes } = run;
    if (job.attempt === 1) this.metrics.began(task.lateSeconds);
    const { timeoutSeconds } = handler.options;
    const bounds = { handler: handler.id, timeoutSeconds, stops: [job.signal, this.drain.abortSignal], notes };
    await runBounded(bounds, (signal) => withCalls(run, () => call(signal)));
  }
}

function argumentOf({ id, name, data, dueAt, key, entityId }: StartedTask): Task | ScheduledRun {
  if (isScheduleName(name)) return { id, scheduledAt: new Date((data as { scheduledAt: string }).scheduledAt) };
  return { id, name, data, dueAt, ...(key !== null && { key }), ...(entityId !== null && { workItemId: entityId }) };
}
