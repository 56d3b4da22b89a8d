import { badInput } from './world/world.error.js';

/** `drop` closes the connection at once; `drop-answer` does the work first and closes it before the answer. */
export const FAULT_KINDS = ['slow', 'status', 'refuse-grant', 'drop', 'drop-answer'] as const;

/** A fault to inject on Plane's side. */
export interface Fault {
  /** Prefix of the paths that it applies to: `/api/v1/`, `/auth/o/token/`; `*` is any one part of a path. */
  readonly match: string;
  /** The HTTP method that it applies to; any one when absent. */
  readonly method?: string;
  readonly kind: (typeof FAULT_KINDS)[number];
  /** For `status`; 500 when absent. */
  readonly status?: number;
  /** For `status`: value of `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** For `slow`: delay of the answer in milliseconds; it ends when the faults are removed. */
  readonly ms?: number;
  /** Number of requests; until it is removed when absent. */
  readonly times?: number;
  /** Every which matching request: 3 spares two and then affects one. Each one when absent. */
  readonly every?: number;
  /** Share of the matching requests that it affects at random, 0 to 1. */
  readonly chance?: number;
  /** How long it applies, in seconds of an agent's time (`agentTimeScale`). Until it is removed when absent. */
  readonly forSeconds?: number;
}

interface SetFault {
  readonly fault: Fault;
  readonly path: RegExp;
  readonly endsAt: number;
  left: number;
  seen: number;
  used: number;
}

function pathPattern(match: string): RegExp {
  const parts = match.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}`);
}

/** The faults that are set; the first one that applies is used. */
export class Faults {
  #set: SetFault[] = [];
  #removal = new AbortController();
  readonly #injected: Record<string, number> = {};

  /** @param clock current time and its scale, see {@link Fault.forSeconds} */
  constructor(private readonly clock: { readonly now: () => number; readonly scale: () => number }) {}

  add(fault: Fault): void {
    if (!fault.match.startsWith('/')) throw badInput(`"match" must be the prefix of a path, such as "/api/v1/".`);
    const { times = Number.POSITIVE_INFINITY, forSeconds = Number.POSITIVE_INFINITY } = fault;
    const endsAt = this.clock.now() + forSeconds * 1_000 * this.clock.scale();
    this.#set.push({ fault, path: pathPattern(fault.match), endsAt, left: times, seen: 0, used: 0 });
  }

  clear(): void {
    this.#set = [];
    this.#removal.abort();
    this.#removal = new AbortController();
  }

  /** Aborted when the faults that are set now are removed. */
  get removalSignal(): AbortSignal {
    return this.#removal.signal;
  }

  /** The faults that still apply: `times` is what is left, `used` how many requests they affected. */
  list(): (Fault & { used: number })[] {
    this.#dropEnded();
    return this.#set.map(({ fault, left, used }) => ({
      ...fault,
      ...(Number.isFinite(left) && { times: left }),
      used,
    }));
  }

  /** How many requests were affected since the start, by kind. */
  get injected(): Readonly<Record<string, number>> {
    return this.#injected;
  }

  /** The fault for a request, counted as used. */
  consume(method: string, path: string): Fault | undefined {
    this.#dropEnded();
    const found = this.#set.find((set) => applies(set, method, path));
    if (!found) return undefined;
    const { fault } = found;
    found.left -= 1;
    found.used += 1;
    this.#injected[fault.kind] = (this.#injected[fault.kind] ?? 0) + 1;
    if (found.left <= 0) this.#set = this.#set.filter((other) => other !== found);
    return fault;
  }

  #dropEnded(): void {
    this.#set = this.#set.filter(({ endsAt }) => endsAt > this.clock.now());
  }
}

function applies(set: SetFault, method: string, path: string): boolean {
  const { fault } = set;
  if (fault.method !== undefined && fault.method !== method) return false;
  if (!set.path.test(path)) return false;
  set.seen += 1;
  return set.seen % (fault.every ?? 1) === 0 && Math.random() < (fault.chance ?? 1);
}
