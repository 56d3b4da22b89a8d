import { type OutcomeState } from './outcome.js';

/** Which deliveries are meant; what is left out does not matter. */
export interface DeliveryFilter {
  readonly id?: string;
  /** Plane's v2 name. */
  readonly event?: string;
  readonly workspaceId?: string;
  /**
   * What became of it at some handler, or at the one that is named; `waiting`: a job of it waits there, is delayed, stands
   * in a line or is parked.
   */
  readonly state?: OutcomeState | 'waiting';
  readonly handler?: string;
  readonly since?: Date;
  readonly until?: Date;
  /**
   * Words that are all in it (those in quotes as they stand, the last may be half typed), or the id of the delivery, its
   * workspace, entity or work item. Words of the last seconds are not found yet.
   */
  readonly text?: string;
}

/** A delivery without its bytes. */
export interface ListedDelivery {
  readonly id: string;
  readonly eventName: string;
  readonly source: string;
  readonly workspaceId: string;
  readonly entityId: string | null;
  readonly workItemId: string | null;
  readonly receivedAt: Date;
}

/** What became of a delivery at one handler, in short. */
export interface DeliveryOutcomeSummary {
  readonly handler: string;
  readonly state: OutcomeState;
  readonly lastError: string | null;
}

/** A delivery without its bytes, with what became of it. */
export interface DeliverySummary extends ListedDelivery {
  /** At each handler that has taken it up, in the order of their names. */
  readonly outcomes: readonly DeliveryOutcomeSummary[];
}

/** Some of the deliveries that a filter lets through, newest first. */
export interface DeliveryPage {
  readonly deliveries: readonly DeliverySummary[];
  /** Where the next page begins, to be handed in as `before`; absent on the last one. */
  readonly next?: string;
}

/** What a delivery's event is made from. */
export interface DeliveryBody {
  readonly id: string;
  readonly body: Buffer;
  readonly receivedAt: Date;
}
