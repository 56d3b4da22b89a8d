/** What happened in one minute, over all processes. */
export interface ActivityMinute {
  /** When it begins. */
  readonly minute: Date;
  /** Webhooks that were stored for the first time. */
  readonly received: number;
  /** Webhooks that had been seen before. */
  readonly duplicates: number;
  /** Requests that were answered with anything but 2xx. */
  readonly refused: number;
  /** Runs of handlers that did their work. */
  readonly handled: number;
  /** Runs that failed and will be tried again. */
  readonly failed: number;
  /** Runs after which the event was dead-lettered. */
  readonly deadLettered: number;
  /** From the receipt of webhooks to the first run of a handler on them; `null` where none began. */
  readonly meanLagMs: number | null;
  readonly maxLagMs: number | null;
}

/** How much a handler does. */
export interface HandlerRate {
  readonly handler: string;
  readonly handledPerMinute: number;
  /** Failed attempts, the last ones too. */
  readonly failedPerMinute: number;
  /** How long a run took; `null` where there was none. */
  readonly meanMs: number | null;
}
