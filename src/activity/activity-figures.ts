/** The counts of one minute, over all processes. */
export interface ActivityMinute {
  /** Its start. */
  readonly minute: Date;
  /** Webhooks stored for the first time. */
  readonly received: number;
  /** Webhooks that were duplicates. */
  readonly duplicates: number;
  /** Webhook requests with a response other than 2xx. */
  readonly refused: number;
  /** Successful handler runs. */
  readonly handled: number;
  /** Failed runs that will be retried. */
  readonly failed: number;
  /** Failed runs after which the event was dead-lettered. */
  readonly deadLettered: number;
  /** From a webhook's receipt to its first handler run; `null` if none started. */
  readonly meanLagMs: number | null;
  readonly maxLagMs: number | null;
}

/** The rates of one handler. */
export interface HandlerRate {
  readonly handler: string;
  readonly handledPerMinute: number;
  /** Failed runs, including dead-lettered ones. */
  readonly failedPerMinute: number;
  /** The duration of a run; `null` if there was none. */
  readonly meanMs: number | null;
}

/** Webhooks whose signature no secret made: they are rejected, and Plane does not send them again. */
export interface UnverifiedWebhooks {
  readonly count: number;
  /** The start of the minute of the last one; `null` if there is none. */
  readonly lastAt: Date | null;
}
