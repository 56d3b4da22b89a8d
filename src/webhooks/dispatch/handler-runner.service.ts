import { Injectable, Logger } from '@nestjs/common';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type RunResult, type QueuedJob } from '../../queue/queue.js';
import { ConsentNeededError } from '../../tokens/tokens.errors.js';
import { storable } from '../deliveries/delivery-row.js';
import { type RunRecord } from '../deliveries/outcome.js';
import { type LogLine } from '../discovery/handler-logger.js';
import { MalformedPayloadError } from '../events/malformed-payload.error.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { runBounded } from './bounded-run.js';
import { notInstalled } from '../discovery/handler.errors.js';
import { type HandlerEvent, HandlerEventsService } from './handler-events.service.js';
import { type HandlerJob } from '../deliveries/handler.job.js';
import { type Handler } from '../discovery/handler.js';
import { HandlerRunsService, type WatchedRun } from './handler-runs.service.js';
import { ParkingService } from './parking.service.js';
import { PlaneContextFactory } from './plane-context.factory.js';
import { HANDLED, internalError, type RunOutcome, skipped } from './run-result.js';
import { describeEvent } from './run-span.js';

/** One run of a handler, and what it finds out on its way. */
interface Run {
  readonly handler: Handler;
  readonly job: QueuedJob<HandlerJob>;
  readonly log: LogLine[];
  found?: HandlerEvent;
}

/** Runs a handler on one of its jobs. */
@Injectable()
export class HandlerRunnerService {
  private readonly logger = new Logger(HandlerRunnerService.name);

  constructor(
    private readonly events: HandlerEventsService,
    private readonly installations: InstallationsService,
    private readonly contexts: PlaneContextFactory,
    private readonly parking: ParkingService,
    private readonly runs: HandlerRunsService,
  ) {}

  /** Never rejects: how it ended is what it resolves with. */
  async run(handler: Handler, job: QueuedJob<HandlerJob>): Promise<RunResult<RunRecord>> {
    const { deliveryId } = job.data;
    const run: Run = { handler, job, log: [] };
    const bound = { handler: handler.id, deliveryId, attempt: job.attempt };
    const watched = await this.runs.watch(bound, job.lastAttempt, () => this.handle(run));
    return endedRun(run, watched);
  }

  private async handle(run: Run): Promise<RunOutcome> {
    const { handler, job } = run;
    const looked = await this.resolve(run);
    if ('outcome' in looked) return looked;
    const { event, installation } = looked;
    if (!installation) throw notInstalled(event.workspaceId);
    if (installation.status === 'uninstalled') return this.setAside(run, event, installation);
    if (event.actor?.id === installation.botUserId && !handler.options.includeSelf)
      return skipped("the app's own doing");
    try {
      await this.call(run, event, installation);
      return HANDLED;
    } catch (error) {
      if (!(error instanceof ConsentNeededError)) throw error;
      return this.parking.untilConsent(handler.id, job, error.planeUserId);
    }
  }

  /** What the run is about. A database that is away costs the handler no attempt: it has not seen the event. */
  private async resolve(run: Run): Promise<RunOutcome | { event: PlaneEvent; installation?: Installation }> {
    const { handler, job } = run;
    try {
      run.found = await this.events.eventOf(handler, job);
      if (!run.found) return skipped('the delivery is past its retention');
      const { event, traceparents = [] } = run.found;
      describeEvent(event, traceparents);
      if (job.attempt === 1) this.runs.waited(event.receivedAt);
      const installation = await this.installations.findByWorkspace(storable(event.workspaceId));
      return { event, ...(installation && { installation }) };
    } catch (error) {
      if (error instanceof MalformedPayloadError) throw error;
      this.logger.warn({
        msg: 'an event could not be read; it is tried again',
        handler: handler.id,
        err: error,
      });
      return internalError();
    }
  }

  /** What arrived while the app was installed waits for it to be installed again; what came later is not its business. */
  private async setAside(
    { handler, job }: Run,
    event: PlaneEvent,
    { uninstalledAt, workspaceId }: Installation,
  ): Promise<RunOutcome> {
    if (uninstalledAt && event.receivedAt > uninstalledAt)
      return skipped('it arrived after the app was uninstalled');
    return this.parking.untilInstalled(handler.id, job, workspaceId);
  }

  private async call(
    { handler, job, log }: Run,
    event: PlaneEvent,
    installation: Installation,
  ): Promise<void> {
    const { deliveryId } = job.data;
    const { id: handlerId, options } = handler;
    await runBounded(options.timeoutSeconds, [job.signal, this.runs.stopping], (signal) => {
      const { callPriority } = options;
      const run = { handlerId, callPriority, installation, deliveryId, attempt: job.attempt, signal, log };
      return handler.run(event, this.contexts.create(run));
    });
  }
}

/** What was folded into an event ends with it, unless the event waits: then each goes on by itself. */
function endedRun({ handler, job, log, found }: Run, { end, attempt }: WatchedRun): RunResult<RunRecord> {
  const ended = attempt.outcome === 'handled' || attempt.outcome === 'dead_lettered';
  const folded = ended ? (found?.folded ?? []) : [];
  const record = { deliveryId: job.data.deliveryId, handler: handler.id, attempt, log, folded };
  return { end, record, ...(ended && found?.upTo !== undefined && { upTo: found.upTo }) };
}
