import { randomUUID } from 'node:crypto';
import { type Notice } from './notice.types.js';

/** One attempt at sending a webhook. Times are milliseconds since 1970. */
export interface Attempt {
  /** `X-Plane-Delivery`. */
  readonly deliveryId: string;
  readonly startedAt: number;
  readonly durationMs: number;
  /** Status of the response; `null` when there was none. */
  readonly status: number | null;
  /** Start of the response body. */
  readonly answer: string;
  /** Why there was no response. */
  readonly error: string | null;
}

/**
 * `delivered`: a 2xx. `refused`: another response, not retried. `waiting`: will be retried. `given_up`: failed after
 * the last retry. `dropped`: the webhook was disabled, or the app was uninstalled.
 */
export type DeliveryStatus = 'sending' | 'waiting' | 'delivered' | 'refused' | 'given_up' | 'dropped';

/** One webhook with all its attempts. */
export interface Delivery {
  readonly id: string;
  readonly workspaceId: string;
  readonly event: string;
  readonly shape: Notice['shape'];
  readonly createdAt: number;
  readonly attempts: Attempt[];
  status: DeliveryStatus;
  /** Time of the next attempt, while `waiting`. */
  nextAttemptAt: number | null;
  /** The last body, truncated. */
  body: string;
}

/** The record of a webhook without attempts. */
export function newDelivery(workspaceId: string, notice: Notice, status: DeliveryStatus): Delivery {
  return {
    id: randomUUID(),
    workspaceId,
    event: notice.event,
    shape: notice.shape,
    createdAt: Date.now(),
    attempts: [],
    status,
    nextAttemptAt: null,
    body: '',
  };
}
