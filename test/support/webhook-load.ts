import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { recorded } from '../fixtures/recorded.js';
import { FIXTURE_SECRET, sign } from './hangar-with-simulator.js';
import { ceilingMs } from './until.js';

const TICK_MS = 10;
/** Of a pause in which this process did not run, no more than this is caught up with. */
const MAX_CAUGHT_UP_MS = 1000;
const MAX_BATCH = 100;
const PAUSE_MS = 200;

/** A load of changed work items, another event with each webhook. */
export interface LoadPlan {
  /** The servers, which are sent to in turn. */
  readonly urls: readonly string[];
  readonly count: number;
  /** At most: how fast they really come is the machine's affair. */
  readonly perSecond: number;
  /** Webhooks on their way at once; past it the load waits. */
  readonly atOnce?: number;
  /** Each so manieth event is sent once more after its answer, as Plane does where the answer got lost. */
  readonly repeatEvery?: number;
}

/** One try to deliver an event. `status` is absent where the connection failed or no answer came. */
export interface Attempt {
  readonly status?: number;
  readonly ms: number;
}

/** An event, and what became of each try to deliver it. */
export interface SentEvent {
  readonly eventId: string;
  readonly attempts: readonly Attempt[];
}

/** A webhook, to be signed. */
export interface WorkItemWebhook {
  readonly eventId: string;
  readonly body: string;
}

/**
 * Sends webhooks at a pace that does not follow the answers, unless too many are missing. One whose connection fails is sent again, to the other
 * server first, as Plane does; an answer of any status is the last word on its event.
 */
export class WebhookLoad {
  private readonly agent = new Agent({ keepAlive: true });
  private readonly events: Promise<SentEvent>[] = [];
  /** When the first try of each event began that has not had its last word, the oldest first. */
  private readonly underWay = new Set<{ readonly since: number }>();
  private stopped = false;
  private ended = false;

  constructor(private readonly plan: LoadPlan) {}

  /** How many events were sent, answered or not. */
  get sent(): number {
    return this.events.length;
  }

  /** How many of them have not had their last word. */
  get waiting(): number {
    return this.underWay.size;
  }

  /** The share of the events whose first try has begun, from 0 to 1. */
  get progress(): number {
    return this.events.length / this.plan.count;
  }

  /** Whether every event has had its last word, or the load was stopped. */
  get isOver(): boolean {
    return this.stopped || (this.progress >= 1 && this.underWay.size === 0);
  }

  /** Whether every event that was sent before this time has had its last word. */
  hasAnswered(time: number): boolean {
    const [oldest] = this.underWay;
    return !oldest || oldest.since > time;
  }

  /** Resolves with all events once each has had its last word. */
  async run(): Promise<SentEvent[]> {
    const { count, perSecond, atOnce = MAX_BATCH } = this.plan;
    let [due, last] = [0, performance.now()];
    while (this.events.length < count && !this.stopped && !this.ended) {
      const now = performance.now();
      due += (Math.min(now - last, MAX_CAUGHT_UP_MS) / 1000) * perSecond;
      last = now;
      for (; due >= 1 && this.events.length < count && this.underWay.size < atOnce; due -= 1)
        this.events.push(this.deliver(this.events.length));
      due = Math.min(due, atOnce);
      await wait(TICK_MS);
    }
    return this.answered();
  }

  /** Begins so many more events at once, whatever the pace, also after the last of the plan. */
  sendNow(more: number): void {
    for (let count = 0; count < more; count += 1) this.events.push(this.deliver(this.events.length));
  }

  /** Resolves with all events that were begun by now once each has had its last word. */
  async answered(): Promise<SentEvent[]> {
    return Promise.all(this.events);
  }

  /** Begins no other event; those that were begun have their last word. */
  end(): void {
    this.ended = true;
  }

  /** Begins nothing more, and ends what is under way. */
  stop(): void {
    this.stopped = true;
    this.agent.destroy();
  }

  private async deliver(index: number): Promise<SentEvent> {
    const { urls } = this.plan;
    const { eventId, body } = workItemWebhook('workitem.updated');
    const attempts: Attempt[] = [];
    const place = { since: Date.now() };
    this.underWay.add(place);
    const giveUpAt = performance.now() + ceilingMs();
    for (let target = index; performance.now() < giveUpAt && !this.stopped; target += 1) {
      const attempt = await postWebhook(urls[target % urls.length] ?? '', body, this.agent);
      attempts.push(attempt);
      if (attempt.status !== undefined) break;
      await wait(PAUSE_MS);
    }
    if (index % (this.plan.repeatEvery ?? Infinity) === 0) {
      await wait(PAUSE_MS);
      attempts.push(await postWebhook(urls[index % urls.length] ?? '', body, this.agent));
    }
    this.underWay.delete(place);
    return { eventId, attempts };
  }
}

/** Sends a signed webhook. Never rejects. */
export async function postWebhook(url: string, body: string, agent?: Agent): Promise<Attempt> {
  const began = performance.now();
  const headers = {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'x-plane-signature': sign(body, FIXTURE_SECRET),
  };
  const status = await new Promise<number | undefined>((resolve) => {
    const how = { method: 'POST', timeout: ceilingMs(), headers, ...(agent && { agent }) };
    const outgoing = request(`${url}/webhooks/plane`, how, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    outgoing.on('timeout', () => outgoing.destroy());
    outgoing.on('error', () => resolve(undefined));
    outgoing.end(body);
  });
  const ms = Math.round(performance.now() - began);
  return { ms, ...(status !== undefined && { status }) };
}

/** The events that were answered with a 2xx. */
export function acceptedEvents(sent: readonly SentEvent[]): string[] {
  return sent.filter(({ attempts }) => attempts.some(isAccepted)).map(({ eventId }) => eventId);
}

/** A webhook of a work item: another event with each call. */
export function workItemWebhook(event: 'workitem.created' | 'workitem.updated'): WorkItemWebhook {
  const [eventId, deliveryId] = [randomUUID(), randomUUID()];
  const payload = { ...recorded('v2-workitem-updated'), event, event_id: eventId, delivery_id: deliveryId };
  return { eventId, body: JSON.stringify(payload) };
}

function isAccepted({ status = 0 }: Attempt): boolean {
  return status >= 200 && status < 300;
}
