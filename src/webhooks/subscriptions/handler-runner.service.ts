import { Injectable } from '@nestjs/common';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type JobEnd, type QueuedJob } from '../../queue/queue.js';
import { ConsentNeededError } from '../../tokens/tokens.errors.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { storable } from '../deliveries/delivery-row.js';
import { normaliseDelivery } from '../events/normalise.js';
import { parsePayload } from '../events/payload-parser.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { type Handler } from './handler.js';
import { runBounded } from './bounded-run.js';
import { notInstalled } from './handler.errors.js';
import { type HandlerJob } from './handler.job.js';
import { HandlerRunsService } from './handler-runs.service.js';
import { ParkingService } from './parking.service.js';
import { PlaneContextFactory } from './plane-context.factory.js';
import { HANDLED, type RunOutcome, skipped } from './run-outcome.js';

/** Runs a handler on one of its jobs. */
@Injectable()
export class HandlerRunnerService {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly installations: InstallationsService,
    private readonly contexts: PlaneContextFactory,
    private readonly parking: ParkingService,
    private readonly runs: HandlerRunsService,
  ) {}

  /** A rejection counts as a failed attempt. */
  async run(handler: Handler, job: QueuedJob<HandlerJob>): Promise<JobEnd> {
    const { deliveryId } = job.data;
    const bound = { handler: handler.id, deliveryId, attempt: job.attempt };
    return this.runs.watch(bound, job.lastAttempt, () => this.handle(handler, job));
  }

  private async handle(handler: Handler, job: QueuedJob<HandlerJob>): Promise<RunOutcome> {
    const event = await this.eventOf(job.data.deliveryId);
    if (!event) return skipped('the delivery is past its retention');
    if (job.attempt === 1) this.runs.waited(event.receivedAt);
    const installation = await this.installations.findByWorkspace(storable(event.workspaceId));
    if (!installation) throw notInstalled(event.workspaceId);
    if (installation.status === 'uninstalled') return this.setAside(handler, event, installation, job);
    if (event.actor?.id === installation.botUserId && !handler.options.includeSelf)
      return skipped("the app's own doing");
    try {
      await this.call(handler, event, installation, job);
      return HANDLED;
    } catch (error) {
      if (!(error instanceof ConsentNeededError)) throw error;
      return this.parking.untilConsent(handler.id, job, error.planeUserId);
    }
  }

  /** What arrived while the app was installed waits for it to be installed again; what came later is not its business. */
  private async setAside(
    handler: Handler,
    event: PlaneEvent,
    { uninstalledAt, workspaceId }: Installation,
    job: QueuedJob<HandlerJob>,
  ): Promise<RunOutcome> {
    if (uninstalledAt && event.receivedAt > uninstalledAt)
      return skipped('it arrived after the app was uninstalled');
    return this.parking.untilInstalled(handler.id, job, workspaceId);
  }

  private async call(
    handler: Handler,
    event: PlaneEvent,
    installation: Installation,
    job: QueuedJob<HandlerJob>,
  ): Promise<void> {
    const { deliveryId } = job.data;
    const { id: handlerId, options } = handler;
    await runBounded(options.timeoutSeconds, [job.signal, this.runs.stopping], (signal) => {
      const { callPriority } = options;
      const run = { handlerId, callPriority, installation, deliveryId, attempt: job.attempt, signal };
      return handler.run(event, this.contexts.create(run));
    });
  }

  private async eventOf(deliveryId: string): Promise<PlaneEvent | undefined> {
    const row = await this.deliveries.find(deliveryId);
    return (
      row &&
      normaliseDelivery({ body: row.body, payload: parsePayload(row.body), receivedAt: row.receivedAt })
    );
  }
}
