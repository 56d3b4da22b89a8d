const MAX_KINDS = 5_000;

/** Counts requests by method, path and status; status 0 means that no answer was sent. */
export class RequestLog {
  readonly #counts = new Map<string, number>();
  #underWay = 0;

  /** Requests that have started and are not yet answered or closed. */
  get inFlight(): number {
    return this.#underWay;
  }

  begin(): void {
    this.#underWay += 1;
  }

  end(): void {
    this.#underWay -= 1;
  }

  /** `what` is a method and a path without its query, or a grant type. */
  count(what: string, status: number): void {
    const key = `${what} ${status}`;
    const before = this.#counts.get(key);
    if (before === undefined && this.#counts.size >= MAX_KINDS) return;
    this.#counts.set(key, (before ?? 0) + 1);
  }

  /** `{"GET /api/v1/users/me/ 200": 3}` */
  toJSON(): Record<string, number> {
    return Object.fromEntries(this.#counts);
  }
}
