import { CALL_PRIORITIES, type CallPriority } from '../../plane/call-priority.js';

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
  /** Runs at once in one process; one that timed out and ignores its signal is not counted any more. Default 5. */
  readonly concurrency?: number;
  /**
   * How the handler's calls to Plane stand back when those of its token run short: `interactive`, where a person
   * waits for it; `handler`; `background`. Default `handler`.
   */
  readonly callPriority?: CallPriority;
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
  callPriority: 'handler',
  includeSelf: false,
};

const SECONDS_A_DAY = 86_400;
/** pg-boss lets a job run for less than a day. */
const LONGEST_RUN = SECONDS_A_DAY - 60;

const RANGES: Partial<Record<keyof HandlerOptions, readonly [smallest: number, largest: number]>> = {
  retryLimit: [0, 1000],
  retryDelaySeconds: [0, SECONDS_A_DAY],
  timeoutSeconds: [1, LONGEST_RUN],
  concurrency: [1, 100],
};

/** Fills in the defaults. @throws {TypeError} that names the option that cannot work */
export function resolveHandlerOptions(options: HandlerOptions): ResolvedHandlerOptions {
  const resolved = { ...DEFAULTS, ...options };
  for (const [name, [smallest, largest]] of Object.entries(RANGES)) {
    const value = resolved[name as keyof HandlerOptions];
    if (!Number.isInteger(value) || Number(value) < smallest || Number(value) > largest)
      throw new TypeError(`${name} must be a whole number from ${smallest} to ${largest}`);
  }
  if (!CALL_PRIORITIES.includes(resolved.callPriority))
    throw new TypeError(`callPriority must be one of ${CALL_PRIORITIES.join(', ')}`);
  return resolved;
}
