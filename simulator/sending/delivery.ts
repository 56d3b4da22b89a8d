import { randomUUID } from 'node:crypto';
import { type Notice } from './notice.types.js';

/** One attempt at sending a webhook. Times are milliseconds since 1970. */
export interface Attempt {
  /** `X-Plane-Delivery`. */
  readonly deliveryId: string;
  readonly startedAt: number;
  readonly durationMs: number;
  /** Of the answer; `null` when there was none. */
  readonly status: number | null;
  /** The beginning of the answer's body. */
  readonly answer: string;
  /** Why there was no answer. */
  readonly error: string | null;
}

/**
 * `delivered`: a 2xx. `refused`: another answer, never sent again. `waiting`: to be sent again. `given_up`: failed
 * too often. `dropped`: the webhook was disabled, or the app uninstalled meanwhile.
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
  /** When it is sent again, while `waiting`. */
  nextAttemptAt: number | null;
  /** What was sent last, cut after some thousand characters. */
  body: string;
}

/** The record of a webhook that has not been tried yet. */
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
