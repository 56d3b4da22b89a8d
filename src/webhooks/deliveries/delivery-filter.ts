import { type OutcomeState } from './outcome.js';

/** Which deliveries are meant; what is left out does not matter. */
export interface DeliveryFilter {
  readonly id?: string;
  /** Plane's v2 name. */
  readonly event?: string;
  readonly workspaceId?: string;
  /** What became of it at some handler, or at the one that is named; `waiting`: nothing yet. */
  readonly state?: OutcomeState | 'waiting';
  readonly handler?: string;
  readonly since?: Date;
  readonly until?: Date;
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

/** What a delivery's event is made from. */
export interface DeliveryBody {
  readonly id: string;
  readonly body: Buffer;
  readonly receivedAt: Date;
}
