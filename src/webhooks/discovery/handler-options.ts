import { CALL_PRIORITIES, type CallPriority } from '../../plane/call-priority.js';
import { type PlaneEvent } from '../events/plane-event.js';

/** Which events of a handler run in order. */
type HandlerOrder = 'none' | 'entity' | 'workspace';

/** Options of a handler. */
export interface HandlerOptions {
  /** How often a failed run is retried before the event is dead-lettered. Default 5. */
  readonly retryLimit?: number;
  /** Seconds before the first retry. Default 5. */
  readonly retryDelaySeconds?: number;
  /** Exponential: twice the delay with each retry, with jitter, up to an hour. Default true. */
  readonly backoff?: boolean;
  /** Seconds that a run may take; then `context.signal` is aborted and the run has failed. Default 60. */
  readonly timeoutSeconds?: number;
  /** Runs at once in one process, not counting those that timed out but ignore their signal. Default 5. */
  readonly concurrency?: number;
  /**
   * `entity`: events of the same work item (or else the same entity) run one at a time over all processes, in the order of
   * their arrival, retries included; events of other entities run concurrently. `workspace`: the same for all events of a
   * workspace. Default `none`.
   */
  readonly order?: HandlerOrder;
  /**
   * Merges updates of one entity by one person that arrive within this many seconds of the first into one event, with the
   * `changes` of all and the entity of the last. The event waits that long. Implies order by entity.
   */
  readonly coalesce?: { readonly withinSeconds: number };
  /** Waiting events of the handler with a higher priority run first; from -1000 to 1000. Default 0. */
  readonly priority?: number | ((event: PlaneEvent) => number);
  /**
   * Which calls to Plane go first when the rate limit of the token is nearly used up: `interactive`, if a person waits for
   * the handler; `handler`; `background`. Default `handler`.
   */
  readonly callPriority?: CallPriority;
  /** Also run for events that the app itself caused. Default false. */
  readonly includeSelf?: boolean;
  /**
   * Also run for changes that no webhook announced and that were read from Plane's API afterwards (`event.source` is
   * `catch-up`), which may be hours old. Default true.
   */
  readonly catchUp?: boolean;
}

/** Options with every default filled in. */
export type ResolvedHandlerOptions = Required<Omit<HandlerOptions, 'coalesce'>> & Pick<HandlerOptions, 'coalesce'>;

const DEFAULTS: ResolvedHandlerOptions = {
  retryLimit: 5,
  retryDelaySeconds: 5,
  backoff: true,
  timeoutSeconds: 60,
  concurrency: 5,
  order: 'none',
  priority: 0,
  callPriority: 'handler',
  includeSelf: false,
  catchUp: true,
};

const SECONDS_PER_DAY = 86_400;
/** pg-boss limits a run to less than a day. */
const MAX_RUN_SECONDS = SECONDS_PER_DAY - 60;

const ORDERS: readonly HandlerOrder[] = ['none', 'entity', 'workspace'];
const MAX_PRIORITY = 1000;
const MAX_COALESCE_SECONDS = 3600;

const RANGES: Partial<Record<keyof HandlerOptions, readonly [min: number, max: number]>> = {
  retryLimit: [0, 1000],
  retryDelaySeconds: [0, SECONDS_PER_DAY],
  timeoutSeconds: [1, MAX_RUN_SECONDS],
  concurrency: [1, 100],
};

/** Fills in the defaults. @throws {TypeError} that names the invalid option */
export function resolveHandlerOptions(options: HandlerOptions): ResolvedHandlerOptions {
  const resolved = { ...DEFAULTS, ...options };
  for (const [name, range] of Object.entries(RANGES))
    requireWithin(name, resolved[name as keyof HandlerOptions], range);
  if (typeof resolved.priority !== 'function')
    requireWithin('priority', resolved.priority, [-MAX_PRIORITY, MAX_PRIORITY]);
  if (resolved.coalesce)
    requireWithin('coalesce.withinSeconds', resolved.coalesce.withinSeconds, [1, MAX_COALESCE_SECONDS]);
  if (!ORDERS.includes(resolved.order)) throw new TypeError(`order must be one of ${ORDERS.join(', ')}`);
  if (!CALL_PRIORITIES.includes(resolved.callPriority))
    throw new TypeError(`callPriority must be one of ${CALL_PRIORITIES.join(', ')}`);
  return resolved;
}

function requireWithin(name: string, value: unknown, [min, max]: readonly [min: number, max: number]): void {
  if (!Number.isInteger(value) || Number(value) < min || Number(value) > max)
    throw new TypeError(`${name} must be a whole number from ${min} to ${max}`);
}

/** The priority of an event; 0 if the author's function throws or returns no number. */
export function priorityOf({ priority }: ResolvedHandlerOptions, event: PlaneEvent | undefined): number {
  if (typeof priority === 'number') return priority;
  try {
    const value = event ? Math.trunc(priority(event)) : 0;
    return Number.isNaN(value) ? 0 : Math.max(-MAX_PRIORITY, Math.min(MAX_PRIORITY, value));
  } catch {
    return 0;
  }
}
