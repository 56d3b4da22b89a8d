import { badInput } from './world/world.error.js';

/** `drop-answer` does the work and then breaks the connection off before the answer; `drop` does nothing at all. */
export const FAULT_KINDS = ['slow', 'status', 'refuse-grant', 'drop', 'drop-answer'] as const;

/** Trouble that Plane's side shall make. */
export interface Fault {
  /** The beginning of the paths it applies to: `/api/v1/`, `/auth/o/token/`. */
  readonly match: string;
  readonly kind: (typeof FAULT_KINDS)[number];
  /** For `status`; 500 when absent. */
  readonly status?: number;
  /** For `status`: said in `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** For `slow`: how long the answer is held back, milliseconds; no longer than until the faults are removed. */
  readonly ms?: number;
  /** For how many requests; until removed when absent. */
  readonly times?: number;
}

/** The faults that are set; the first one that matches is used. */
export class Faults {
  #set: { fault: Fault; left: number }[] = [];
  #removal = new AbortController();

  add(fault: Fault): void {
    if (!fault.match.startsWith('/'))
      throw badInput(`"match" is the beginning of a path, such as "/api/v1/".`);
    this.#set.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#set = [];
    this.#removal.abort();
    this.#removal = new AbortController();
  }

  /** Aborted when the faults that are set now are removed. */
  get removal(): AbortSignal {
    return this.#removal.signal;
  }

  list(): Fault[] {
    return this.#set.map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault));
  }

  /** The fault for a request to this path, counted as used. */
  take(path: string): Fault | undefined {
    const found = this.#set.find(({ fault }) => path.startsWith(fault.match));
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.#set = this.#set.filter((other) => other !== found);
    return found.fault;
  }
}
