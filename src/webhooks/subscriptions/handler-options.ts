/** How Hangar treats a handler. */
export interface HandlerOptions {
  /** How often a failed run is tried again before the event is dead-lettered. Default 5. */
  readonly retryLimit?: number;
  /** Seconds before the first retry. Default 5. */
  readonly retryDelaySeconds?: number;
  /** Double the delay with each retry, with jitter, up to an hour. Default true. */
  readonly backoff?: boolean;
  /** Seconds that a run may take; then `context.signal` is aborted and the run counts as failed. Default 60. */
  readonly timeoutSeconds?: number;
  /** Runs at once in one process. Default 5. */
  readonly concurrency?: number;
  /** Also hand over what the app itself did. Default false. */
  readonly includeSelf?: boolean;
}

/** Options with every default filled in. */
export type ResolvedHandlerOptions = Required<HandlerOptions>;

const DEFAULTS: ResolvedHandlerOptions = {
  retryLimit: 5,
  retryDelaySeconds: 5,
  backoff: true,
  timeoutSeconds: 60,
  concurrency: 5,
  includeSelf: false,
};

const SMALLEST: Partial<Record<keyof HandlerOptions, number>> = {
  retryLimit: 0,
  retryDelaySeconds: 0,
  timeoutSeconds: 1,
  concurrency: 1,
};

/** Fills in the defaults. @throws {TypeError} that names the option that cannot work */
export function resolveHandlerOptions(options: HandlerOptions): ResolvedHandlerOptions {
  const resolved = { ...DEFAULTS, ...options };
  for (const [name, smallest] of Object.entries(SMALLEST)) {
    const value = resolved[name as keyof HandlerOptions];
    if (!Number.isInteger(value) || Number(value) < smallest)
      throw new TypeError(`${name} must be a whole number of at least ${smallest}`);
  }
  return resolved;
}
