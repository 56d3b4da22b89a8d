import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { webhooksConfig } from '../../config/areas/webhooks.config.js';
import { Drain } from '../../config/drain.js';
import { DEFAULT_CONNECTION } from '../../config/plane-connection.js';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type LeasedJob } from '../../queue/leased-job.js';
import { type RunResult } from '../../queue/queue.js';
import { ConsentNeededError } from '../../tokens/tokens.errors.js';
import { storable } from '../deliveries/delivery-row.js';
import { timeOfId } from '../deliveries/id-range.js';
import { type HandlerJob } from '../deliveries/job-plan.service.js';
import { type RunRecord } from '../deliveries/outcome.js';
import { type Handler } from '../discovery/handler.js';
import { MalformedPayloadError } from '../events/malformed-payload.error.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { runBounded } from './bounded-run.js';
import { ConnectionBulkhead } from './connection-bulkhead.service.js';
import { wantsEvent } from './event-condition.js';
import { HandlerEventsService } from './handler-events.service.js';
import { type HandlerRun } from './handler-run.js';
import { HandlerRunObserver, describeEvent } from './handler-run.observer.js';
import { ParkingService } from './parking.service.js';
import { PlaneContextFactory } from './plane-context.factory.js';
import { RunCalls, withCalls } from './run-calls.js';
import { handledWith, internalError, isKeyProblem, skipped, unknown } from './run-result.js';
import { LinkNeededError } from '../clients/user.errors.js';

const MS_PER_DAY = 86_400_000;

/** Runs a handler on one of its jobs. */
@Injectable()
export class HandlerRunnerService {
  private readonly logger = new Logger(HandlerRunnerService.name);

  constructor(
    private readonly events: HandlerEventsService,
    private readonly installations: InstallationsService,
    private readonly contexts: PlaneContextFactory,
    private readonly parking: ParkingService,
    private readonly runs: HandlerRunObserver,
    private readonly drain: Drain,
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
    private readonly bulkhead: ConnectionBulkhead,
  ) {}

  /** Never rejects: an error is part of the result. */
  async run(handler: Handler, job: LeasedJob<HandlerJob>): Promise<RunResult<RunRecord>> {
    const { deliveryId } = job.data;
    const calls = new RunCalls({ handler: handler.id, deliveryId, attempt: job.attempt });
    const run: HandlerRun = { handler, job, log: [], notes: {}, calls, coalesced: [] };
    const { result, attempt } = await this.runs.observe(job, { deliveryId }, () => this.handle(run), run.notes);
    if (result.outcome === 'dead_lettered') await this.report(run, result);
    // A delayed or parked event is coalesced anew at its next run.
    const ended = result.outcome === 'handled' || result.outcome === 'dead_lettered';
    const coalesced = ended ? run.coalesced : [];
    const folded = coalesced.map(({ id }) => id);
    const record = { deliveryId, handler: handler.id, attempt, log: run.log, folded, into: run.receivedWith };
    // What is unknown gets no outcome here: it may be another Hangar's.
    if (run.unknown) return result;
    return { ...result, record, coalescedUpTo: coalesced.at(-1)?.position };
  }

  /** It may call Plane, and takes the run's place meanwhile. */
  private async report(
    { handler, job, event, connectionId = DEFAULT_CONNECTION }: HandlerRun,
    { reason = '', error }: RunResult,
  ): Promise<void> {
    const { onDeadLettered } = handler;
    const { deliveryId } = job.data;
    if (!onDeadLettered) return;
    const report = () => onDeadLettered({ event, deliveryId, connectionId, reason, error });
    await this.bulkhead.occupy(handler, connectionId, report).catch((err: unknown) => {
      this.logger.error({ msg: 'failed to report a dead-lettered run', handler: handler.id, deliveryId, err });
    });
  }

  private async handle(run: HandlerRun): Promise<RunResult<never>> {
    const { handler, job } = run;
    const loaded = await this.load(run);
    if ('outcome' in loaded) return loaded;
    const { event, installation } = loaded;
    if (run.receivedWith !== undefined) return skipped(`the change is announced by delivery ${run.receivedWith} too`);
    // The install may not be finished yet; it releases the event.
    if (!installation) return this.parking.untilInstalled(job, waitedFor(run, event));
    if (installation.status === 'uninstalled') return this.parkOrSkip(job, event, installation);
    if (event.actor?.id === installation.botUserId && !handler.options.includeSelf)
      return skipped('caused by this app');
    if (!wantsEvent(handler, event)) return skipped('its "when" is false');
    const { connectionId } = installation;
    return this.bulkhead.run(handler, connectionId, async () => this.tryCall(run, event, installation));
  }

  private async tryCall(run: HandlerRun, event: PlaneEvent, installation: Installation): Promise<RunResult<never>> {
    const { job } = run;
    try {
      await this.call(run, event, installation);
      return run.skipped === undefined ? { outcome: 'handled' } : handledWith(run.skipped);
    } catch (error) {
      // Also where the method wraps what `context.skip` threw.
      if (run.skipped !== undefined) return handledWith(run.skipped);
      if (error instanceof ConsentNeededError) return this.parking.untilConsent(job, error);
      if (error instanceof LinkNeededError) return this.parking.untilLinked(job, error);
      if (isKeyProblem(error)) return this.parking.untilKeyWorks(job, installation);
      throw error;
    }
  }

  /** Reads the event and its installation. A database that is down uses up no attempt: the handler has not run. */
  private async load(run: HandlerRun): Promise<RunResult<never> | { event: PlaneEvent; installation?: Installation }> {
    const { handler, job } = run;
    try {
      await this.events.load(run);
      const { event, coalesced } = run;
      if (!event) return this.withoutEvent(run);
      describeEvent(
        event,
        coalesced.map(({ traceparent }) => traceparent),
      );
      if (job.firstRun) this.runs.waited(event.receivedAt);
      return {
        event,
        installation: await this.installations.findByWorkspace(storable(event.workspaceId), run.connectionId),
      };
    } catch (error) {
      if (error instanceof MalformedPayloadError) throw error;
      this.logger.warn({ msg: 'failed to read an event; retrying', handler: handler.id, err: error });
      return internalError();
    }
  }

  /**
   * A delivery that is not in the database is past its retention, or another Hangar's that uses the same queue: then the job
   * is kept for that one.
   */
  private withoutEvent(run: HandlerRun): RunResult<never> {
    const { queue: handler, data } = run.job;
    const { deliveryId } = data;
    const expiresAt = timeOfId(deliveryId).getTime() + this.config.deliveryRetentionDays * MS_PER_DAY;
    if (expiresAt <= Date.now()) return skipped('the delivery is past its retention');
    const msg = 'the delivery of a job is unknown: it is not in the tables of this Hangar; the job is kept';
    this.logger.error({ msg, handler, deliveryId });
    run.unknown = true;
    return unknown('delivery');
  }

  /** An event from before the uninstall waits for the next install. */
  private async parkOrSkip(
    job: LeasedJob,
    { receivedAt }: PlaneEvent,
    { uninstalledAt, connectionId, workspaceId }: Installation,
  ): Promise<RunResult<never>> {
    if (uninstalledAt && receivedAt > uninstalledAt) return skipped('it arrived after the app was uninstalled');
    return this.parking.untilInstalled(job, { connectionId, workspaceId });
  }

  private async call(run: HandlerRun, event: PlaneEvent, installation: Installation): Promise<void> {
    const { handler, job } = run;
    const { timeoutSeconds } = handler.options;
    const stops = [job.signal, this.drain.abortSignal];
    const bounds = {
      handler: handler.id,
      timeoutSeconds,
      stops,
      deadline: job.deadline(timeoutSeconds),
      notes: run.notes,
    };
    await runBounded(bounds, (signal) =>
      withCalls(run, () => handler.run(event, this.contexts.create(run, installation, signal))),
    );
  }
}

/** The workspace of an event that waits for an install there. */
function waitedFor(
  { connectionId = DEFAULT_CONNECTION }: HandlerRun,
  event: PlaneEvent,
): Pick<Installation, 'connectionId' | 'workspaceId'> {
  return { connectionId, workspaceId: storable(event.workspaceId) };
}
