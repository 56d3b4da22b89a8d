import { Injectable } from '@nestjs/common';
import { QueueService } from '../../queue/queue.service.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { type DeliveryBody } from '../deliveries/delivery-filter.js';
import { ListChangesService } from '../deliveries/list-changes.service.js';
import { TwinNamesService } from '../deliveries/twin-names.service.js';
import { OutcomesService } from '../deliveries/outcomes.service.js';
import { normaliseDelivery } from '../events/normalise.js';
import { parsePayload } from '../events/payload-parser.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { coalesced, updatesToCoalesce } from './coalesced-event.js';
import { type CoalescedDelivery, type HandlerRun } from './handler-run.js';

const MAX_COALESCED = 200;

/** Reads the events of jobs. */
@Injectable()
export class HandlerEventsService {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly outcomes: OutcomesService,
    private readonly lists: ListChangesService,
    private readonly names: TwinNamesService,
    private readonly queue: QueueService,
  ) {}

  /**
   * Sets the event of a run, and what was merged into it, or the delivery that it was merged into. There is none if the delivery
   * is past its retention.
   */
  async load(run: HandlerRun): Promise<void> {
    const { handler, job } = run;
    const body = await this.deliveries.body(job.data.deliveryId);
    const event = body && (await this.eventOf(body));
    if (body) run.connectionId = body.connectionId;
    const { coalesce } = handler.options;
    run.event = event;
    if (!event) return;
    const into = await this.deliveries.receivedWith(job.data.deliveryId, event, run.connectionId);
    if (into !== undefined) run.receivedWith = into;
    if (!coalesce || into !== undefined) return;
    const candidates = [...(await this.coalescedBefore(run)), ...(await this.blockedBehind(run))];
    const events = candidates.map((candidate) => candidate.event);
    const { length } = updatesToCoalesce(event, events, coalesce.withinSeconds);
    run.coalesced = candidates.slice(0, length);
    run.event = coalesced(event, events.slice(0, length));
  }

  /** A redriven or replayed event is made of the same deliveries again. */
  private async coalescedBefore({ handler, job }: HandlerRun): Promise<CoalescedDelivery[]> {
    const ids = await this.outcomes.foldedInto(handler.id, job.data.deliveryId);
    return this.readAll(ids.map((id) => ({ id })));
  }

  private async blockedBehind({ job }: HandlerRun): Promise<CoalescedDelivery[]> {
    const jobs = await this.queue.blockedBehind(job, MAX_COALESCED);
    return this.readAll(
      jobs.map(({ data, position }) => ({
        id: String(data['deliveryId']),
        position,
        traceparent: data['traceparent'],
      })),
    );
  }

  private async readAll(refs: readonly Omit<CoalescedDelivery, 'event'>[]): Promise<CoalescedDelivery[]> {
    const events = await Promise.all(refs.map(({ id }) => this.read(id)));
    return refs.flatMap((ref, index) => {
      const event = events[index];
      return event ? [{ ...ref, event }] : [];
    });
  }

  private async read(deliveryId: string): Promise<PlaneEvent | undefined> {
    const found = await this.deliveries.body(deliveryId);
    return found && this.eventOf(found);
  }

  private async eventOf(delivery: DeliveryBody): Promise<PlaneEvent> {
    const event = normaliseDelivery({ ...delivery, payload: parsePayload(delivery.body) });
    return this.names.completed(await this.lists.corrected(event, delivery.connectionId), delivery);
  }
}
