import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { DEFAULT_CONNECTION } from '../../config/plane-connection.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { Drain } from '../../config/drain.js';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type LifecycleEvent, type LifecycleNotice } from '../../lifecycle/lifecycle-event.js';
import { type LeasedJob } from '../../queue/leased-job.js';
import { type RunResult } from '../../queue/queue.js';
import { type LifecycleHandler } from '../discovery/handler.js';
import { handlerLogger } from '../discovery/handler-logger.js';
import { type LifecycleContext } from '../discovery/handler-contexts.js';
import { runBounded } from './bounded-run.js';
import { ConnectionBulkhead } from './connection-bulkhead.service.js';
import { type RunNotes } from './handler-run.js';
import { HandlerRunObserver } from './handler-run.observer.js';
import { PlaneContextFactory } from './plane-context.factory.js';
import { RunCalls, withCalls } from './run-calls.js';
import { skipped, unknown } from './run-result.js';

const MS_PER_DAY = 86_400_000;

/** Runs a handler on a lifecycle event. */
@Injectable()
export class LifecycleRunnerService {
  private readonly logger = new Logger(LifecycleRunnerService.name);

  constructor(
    private readonly installations: InstallationsService,
    private readonly contexts: PlaneContextFactory,
    private readonly runs: HandlerRunObserver,
    private readonly drain: Drain,
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
    private readonly connections: PlaneConnections,
    private readonly bulkhead: ConnectionBulkhead,
  ) {}

  /** Never rejects: an error is part of the result. */
  async run(handler: LifecycleHandler, job: LeasedJob<LifecycleNotice>): Promise<RunResult<never>> {
    const { name: event, id: eventId } = job.data;
    const notes: RunNotes = {};
    const run = () => this.handle(handler, job, notes);
    const { result } = await this.runs.observe(job, { event, eventId }, run, notes);
    return result;
  }

  private async handle(
    handler: LifecycleHandler,
    job: LeasedJob<LifecycleNotice>,
    notes: RunNotes,
  ): Promise<RunResult<never>> {
    const { data, queue } = job;
    const event = await this.eventOf(data);
    if (!event) return this.withoutInstallation(data, queue);
    const connectionId = 'installation' in event ? event.installation.connectionId : event.connectionId;
    return this.bulkhead.run(handler, connectionId, async () => this.call(handler, job, event, notes));
  }

  private async call(
    handler: LifecycleHandler,
    job: LeasedJob<LifecycleNotice>,
    event: LifecycleEvent,
    notes: RunNotes,
  ): Promise<RunResult<never>> {
    const { attempt } = job;
    const { timeoutSeconds, callPriority: priority } = handler.options;
    const logger = handlerLogger(handler.id, { eventId: event.id, attempt });
    const calls = new RunCalls({ handler: handler.id, event: event.name, eventId: event.id, attempt });
    const stops = [job.signal, this.drain.abortSignal];
    const bounds = { handler: handler.id, timeoutSeconds, stops, deadline: job.deadline(timeoutSeconds), notes };
    await runBounded(bounds, (signal) => {
      const options = { signal, priority, watch: calls.watcher('planeIn(…)') };
      const planeIn = (installation: Installation) => this.contexts.botClient(installation, options);
      const context: LifecycleContext = { planeIn, attempt, logger, signal };
      return withCalls({ calls, notes }, () => handler.run(event, context));
    });
    return { outcome: 'handled' };
  }

  /** Installations are never deleted: one that is not in the database is another Hangar's that uses the same queue. */
  private withoutInstallation({ id: eventId, occurredAt }: LifecycleNotice, handler: string): RunResult<never> {
    const expiresAt = Date.parse(occurredAt) + this.config.deliveryRetentionDays * MS_PER_DAY;
    if (expiresAt <= Date.now()) return skipped('its installation is unknown');
    const msg = 'the installation of a job is unknown: it is not in the tables of this Hangar; the job is kept';
    this.logger.error({ msg, handler, eventId });
    return unknown('installation');
  }

  /** With the installation as it is now: a retry days later must not use an old name. */
  private async eventOf(notice: LifecycleNotice): Promise<LifecycleEvent | undefined> {
    const { id } = notice;
    const occurredAt = new Date(notice.occurredAt);
    if (notice.name === 'token.needs_consent') {
      const { name, planeUserId, connectionId = DEFAULT_CONNECTION, reason } = notice;
      return { id, occurredAt, name, planeUserId, connectionId, reason };
    }
    const installation = await this.installations.findById(notice.installationId);
    // One of another Plane is unknown until the connections are moved: its token must not be sent to this one.
    if (!installation || !this.connections.of(installation)) return undefined;
    return { id, occurredAt, name: notice.name, installation };
  }
}
