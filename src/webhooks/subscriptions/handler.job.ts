/** What the queue of a handler holds. */
export interface HandlerJob {
  readonly deliveryId: string;
}
