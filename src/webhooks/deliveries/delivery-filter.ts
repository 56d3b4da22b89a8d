import { type DeliveryEntity } from './delivery.entity.js';
import { type OutcomeState } from './outcome.js';

/** Selects deliveries; an absent field matches all. */
export interface DeliveryFilter {
  readonly id?: string;
  /** Plane's v2 name. */
  readonly event?: string;
  readonly workspaceId?: string;
  /** The id of the connection that it came by. */
  readonly connection?: string;
  /**
   * Its outcome at any handler, or at `handler`; `waiting`: a job of it is waiting, delayed, blocked by its ordering key or
   * parked there.
   */
  readonly state?: OutcomeState | 'waiting';
  /** `Class.method`, or `Class` for all methods of the class. */
  readonly handler?: string;
  readonly since?: Date;
  readonly until?: Date;
  /**
   * Words that it contains (quoted ones adjacent, the last may be a prefix), or the id of the delivery, its workspace,
   * entity or work item. Words are found a few seconds after the delivery was stored.
   */
  readonly text?: string;
}

/** What lists leave out: the large columns, and those for Hangar's own use. */
export const UNLISTED = ['key', 'body', 'headers', 'secretFingerprint'] as const satisfies (keyof DeliveryEntity)[];

/** A delivery without body and headers. */
export type ListedDelivery = Readonly<Omit<DeliveryEntity, (typeof UNLISTED)[number]>>;

/** A webhook as it arrived, with body and headers. */
export type StoredWebhook = Readonly<DeliveryEntity>;

/** The outcome of a delivery at one handler, in short. */
export interface DeliveryOutcomeSummary {
  readonly handler: string;
  readonly state: OutcomeState;
  readonly lastError: string | null;
}

/** A delivery without body and headers, with its outcomes. */
export interface DeliverySummary extends ListedDelivery {
  /** At each handler that received it, by name. */
  readonly outcomes: readonly DeliveryOutcomeSummary[];
}

/** One page of the deliveries that match a filter, newest first. */
export interface DeliveryPage {
  readonly deliveries: readonly DeliverySummary[];
  /** `before` of the next page; absent on the last one. */
  readonly next?: string;
}

/** The body of a delivery, which its event is read from. */
export type DeliveryBody = Pick<StoredWebhook, 'id' | 'body' | 'receivedAt' | 'connectionId'>;
