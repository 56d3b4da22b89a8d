import { Injectable } from '@nestjs/common';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type LifecycleEvent, type LifecycleNotice } from '../../lifecycle/lifecycle-event.js';
import { type RunResult, type QueuedJob } from '../../queue/queue.js';
import { runBounded } from './bounded-run.js';
import { handlerLogger } from '../discovery/handler-logger.js';
import { HandlerRunsService } from './handler-runs.service.js';
import { type LifecycleHandler } from '../discovery/handler.js';
import { PlaneContextFactory } from './plane-context.factory.js';
import { HANDLED, type RunOutcome, skipped } from './run-result.js';
import { type LifecycleContext } from '../discovery/lifecycle-context.js';

/** Runs a handler on a lifecycle event. */
@Injectable()
export class LifecycleRunnerService {
  constructor(
    private readonly installations: InstallationsService,
    private readonly contexts: PlaneContextFactory,
    private readonly runs: HandlerRunsService,
  ) {}

  /** Never rejects: how it ended is what it resolves with. */
  async run(handler: LifecycleHandler, job: QueuedJob<LifecycleNotice>): Promise<RunResult<never>> {
    const bound = { handler: handler.id, event: job.data.name, eventId: job.data.id, attempt: job.attempt };
    const { end } = await this.runs.watch(bound, job.lastAttempt, () => this.handle(handler, job));
    return { end };
  }

  private async handle(handler: LifecycleHandler, job: QueuedJob<LifecycleNotice>): Promise<RunOutcome> {
    const event = await this.eventOf(job.data);
    if (!event) return skipped('the installation is gone');
    await this.call(handler, event, job);
    return HANDLED;
  }

  private async call(
    handler: LifecycleHandler,
    event: LifecycleEvent,
    { attempt, signal: taken }: QueuedJob<LifecycleNotice>,
  ): Promise<void> {
    const logger = handlerLogger(handler.id, { eventId: event.id, attempt });
    await runBounded(handler.options.timeoutSeconds, [taken, this.runs.stopping], (signal) => {
      const calls = { signal, priority: handler.options.callPriority };
      const planeIn = (installation: Installation) => this.contexts.botClient(installation, calls);
      const context: LifecycleContext = { planeIn, attempt, logger, signal };
      return handler.run(event, context);
    });
  }

  /** Installations are told as they are now: a retry days later must not act on an old name. */
  private async eventOf(notice: LifecycleNotice): Promise<LifecycleEvent | undefined> {
    const { id } = notice;
    const occurredAt = new Date(notice.occurredAt);
    if (notice.name === 'token.needs_consent') {
      const { name, planeUserId, reason } = notice;
      return { id, occurredAt, name, planeUserId, reason };
    }
    const installation = await this.installations.findById(notice.installationId);
    return installation && { id, occurredAt, name: notice.name, installation };
  }
}
