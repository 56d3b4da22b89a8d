import { Injectable } from '@nestjs/common';
import { type QueuedJob } from '../../queue/queue.js';
import { QueueService } from '../../queue/queue.service.js';
import { DeliveriesService } from '../deliveries/deliveries.service.js';
import { OutcomesService } from '../deliveries/outcomes.service.js';
import { normaliseDelivery } from '../events/normalise.js';
import { parsePayload } from '../events/payload-parser.js';
import { type PlaneEvent } from '../events/plane-event.js';
import { coalesced, duplicatesOf } from './coalesced-event.js';
import { type Handler } from '../discovery/handler.js';
import { type HandlerJob } from '../deliveries/handler.job.js';

const MAX_DUPLICATES = 200;

/** The event that a job is about, and what went into it beside the job's own delivery. */
export interface HandlerEvent {
  readonly event: PlaneEvent;
  /** Ids of deliveries. */
  readonly folded: readonly string[];
  /** The place of the last of them in the job's line. */
  readonly upTo?: number;
  /** Of the jobs that went into it, where they have one. */
  readonly traceparents?: readonly unknown[];
}

interface Double {
  readonly id: string;
  readonly event: PlaneEvent;
  readonly position?: number;
  readonly traceparent?: unknown;
}

/** Reads the events of jobs. */
@Injectable()
export class HandlerEventsService {
  constructor(
    private readonly deliveries: DeliveriesService,
    private readonly outcomes: OutcomesService,
    private readonly queue: QueueService,
  ) {}

  /** `undefined` where the delivery is past its retention. */
  async eventOf(handler: Handler, job: QueuedJob<HandlerJob>): Promise<HandlerEvent | undefined> {
    const event = await this.read(job.data.deliveryId);
    const { coalesce } = handler.options;
    if (!event || !coalesce) return event && { event, folded: [] };
    const candidates = [...(await this.foldedBefore(handler, job)), ...(await this.behind(handler, job))];
    const events = candidates.map((double) => double.event);
    const { length } = duplicatesOf(event, events, coalesce.withinSeconds);
    const doubles = candidates.slice(0, length);
    const upTo = doubles.at(-1)?.position;
    return {
      event: coalesced(event, events.slice(0, length)),
      folded: doubles.map(({ id }) => id),
      traceparents: doubles.map(({ traceparent }) => traceparent),
      ...(upTo !== undefined && { upTo }),
    };
  }

  /** A redriven or replayed event is made of what it was made of. */
  private async foldedBefore({ id }: Handler, { data }: QueuedJob<HandlerJob>): Promise<Double[]> {
    return this.readAll((await this.outcomes.foldedInto(id, data.deliveryId)).map((each) => ({ id: each })));
  }

  private async behind({ id }: Handler, job: QueuedJob<HandlerJob>): Promise<Double[]> {
    const entries = await this.queue.behind(id, job, MAX_DUPLICATES);
    return this.readAll(
      entries.map(({ data, position }) => ({
        id: String(data['deliveryId']),
        position,
        traceparent: data['traceparent'],
      })),
    );
  }

  private async readAll(refs: readonly Omit<Double, 'event'>[]): Promise<Double[]> {
    const events = await Promise.all(refs.map(({ id }) => this.read(id)));
    return refs.flatMap((ref, index) => {
      const event = events[index];
      return event ? [{ ...ref, event }] : [];
    });
  }

  private async read(deliveryId: string): Promise<PlaneEvent | undefined> {
    const found = await this.deliveries.body(deliveryId);
    return found && normaliseDelivery({ ...found, payload: parsePayload(found.body) });
  }
}
