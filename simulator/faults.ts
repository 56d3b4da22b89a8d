import { badInput } from './world/world.error.js';

/** `drop` closes the connection at once; `drop-answer` does the work first and closes it before the answer. */
export const FAULT_KINDS = ['slow', 'status', 'refuse-grant', 'drop', 'drop-answer'] as const;

/** A fault to inject on Plane's side. */
export interface Fault {
  /** Prefix of the paths that it applies to: `/api/v1/`, `/auth/o/token/`. */
  readonly match: string;
  readonly kind: (typeof FAULT_KINDS)[number];
  /** For `status`; 500 when absent. */
  readonly status?: number;
  /** For `status`: value of `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** For `slow`: delay of the answer in milliseconds; it ends when the faults are removed. */
  readonly ms?: number;
  /** Number of requests; until it is removed when absent. */
  readonly times?: number;
}

/** The faults that are set; the first one that matches is used. */
export class Faults {
  #set: { fault: Fault; left: number }[] = [];
  #removal = new AbortController();

  add(fault: Fault): void {
    if (!fault.match.startsWith('/')) throw badInput(`"match" must be the prefix of a path, such as "/api/v1/".`);
    this.#set.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
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

  list(): Fault[] {
    return this.#set.map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault));
  }

  /** The fault for a request to this path, counted as used. */
  consume(path: string): Fault | undefined {
    const found = this.#set.find(({ fault }) => path.startsWith(fault.match));
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#set = this.#set.filter((other) => other !== found);
    return found.fault;
  }
}
