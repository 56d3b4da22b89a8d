import { CALL_PRIORITIES, type CallPriority } from '../../plane/call-priority.js';
import { type PlaneEvent } from '../events/plane-event.js';

/** Which of a handler's events wait for each other. */
type HandlerOrder = 'none' | 'entity' | 'workspace';

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
   * `entity`: the events of one work item (else of the entity that they are about) run one at a time over all
   * processes, in the order of their arrival, also past retries; those of others run beside them. `workspace`: the
   * same for all events of a workspace. Default `none`.
   */
  readonly order?: HandlerOrder;
  /**
   * Updates of one entity by one person that arrive within this many seconds of the first become one event: its
   * `changes` hold all their fields, the rest is the last one's. It waits for that long, and implies order by entity.
   */
  readonly coalesce?: { readonly withinSeconds: number };
  /** Which of the handler's waiting events goes first: higher before lower, from -1000 to 1000. Default 0. */
  readonly priority?: number | ((event: PlaneEvent) => number);
  /**
   * How the handler's calls to Plane stand back when those of its token run short: `interactive`, where a person
   * waits for it; `handler`; `background`. Default `handler`.
   */
  readonly callPriority?: CallPriority;
  /** Also hand over what the app itself did. Default false. */
  readonly includeSelf?: boolean;
}

/** Options with every default filled in. */
export type ResolvedHandlerOptions = Required<Omit<HandlerOptions, 'coalesce'>> &
  Pick<HandlerOptions, 'coalesce'>;

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
};

const SECONDS_PER_DAY = 86_400;
/** pg-boss lets a job run for less than a day. */
const MAX_RUN_SECONDS = SECONDS_PER_DAY - 60;

const ORDERS: readonly HandlerOrder[] = ['none', 'entity', 'workspace'];
const MAX_PRIORITY = 1000;
const MAX_COALESCE_SECONDS = 3600;

const RANGES: Partial<Record<keyof HandlerOptions, readonly [smallest: number, largest: number]>> = {
  retryLimit: [0, 1000],
  retryDelaySeconds: [0, SECONDS_PER_DAY],
  timeoutSeconds: [1, MAX_RUN_SECONDS],
  concurrency: [1, 100],
};

/** Fills in the defaults. @throws {TypeError} that names the option that cannot work */
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

function requireWithin(
  name: string,
  value: unknown,
  [smallest, largest]: readonly [smallest: number, largest: number],
): void {
  if (!Number.isInteger(value) || Number(value) < smallest || Number(value) > largest)
    throw new TypeError(`${name} must be a whole number from ${smallest} to ${largest}`);
}

/** The priority of an event; 0 where the author's function fails or gives no number. */
export function priorityOf({ priority }: ResolvedHandlerOptions, event: PlaneEvent | undefined): number {
  if (typeof priority === 'number') return priority;
  try {
    const value = event ? Math.trunc(priority(event)) : 0;
    return Number.isNaN(value) ? 0 : Math.max(-MAX_PRIORITY, Math.min(MAX_PRIORITY, value));
  } catch {
    return 0;
  }
}
