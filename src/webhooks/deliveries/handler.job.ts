/** What the queue of a handler holds. */
export interface HandlerJob {
  readonly deliveryId: string;
  /** The span that made the job, where traces were on (W3C Trace Context). */
  readonly traceparent?: string;
}
