/** The data of a job in a handler's queue. */
export interface HandlerJob {
  readonly deliveryId: string;
  /** The span that made the job, if tracing was on (W3C Trace Context). */
  readonly traceparent?: string;
}
