import { createHash } from 'node:crypto';
import { type TokenGrant } from '../auth/token-store.js';

const MINUTE_MS = 60_000;

interface Calls {
  readonly grant: TokenGrant;
  readonly lastMinute: number[];
  calls: number;
  peakPerMinute: number;
  refused: number;
}

/** The calls of one token. */
export interface TokenCalls extends Pick<TokenGrant, 'kind' | 'userId' | 'workspaceId'> {
  /** Start of the SHA-256 of the token, which is secret. */
  readonly token: string;
  /** Requests to `/api/v1`, those included that were answered with an error or not at all. */
  readonly calls: number;
  /** The most requests in any 60 seconds. */
  readonly peakPerMinute: number;
  /** Requests that were answered 429. */
  readonly refused: number;
}

/** Counts the API calls of each access token, and the most that it made in any 60 seconds. */
export class CallLog {
  readonly #tokens = new Map<string, Calls>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Counts a request with a token. */
  count(token: string, grant: TokenGrant): void {
    const now = this.now();
    const log = this.#tokens.get(token) ?? { grant, lastMinute: [], calls: 0, peakPerMinute: 0, refused: 0 };
    this.#tokens.set(token, log);
    while ((log.lastMinute[0] ?? now) <= now - MINUTE_MS) log.lastMinute.shift();
    log.lastMinute.push(now);
    log.calls += 1;
    log.peakPerMinute = Math.max(log.peakPerMinute, log.lastMinute.length);
  }

  /** Counts an answer 429. */
  countRefusal(token: string): void {
    const log = this.#tokens.get(token);
    if (log) log.refused += 1;
  }

  clear(): void {
    this.#tokens.clear();
  }

  toJSON(): TokenCalls[] {
    return [...this.#tokens].map(([token, { grant, calls, peakPerMinute, refused }]) => ({
      token: createHash('sha256').update(token).digest('hex').slice(0, 12),
      kind: grant.kind,
      userId: grant.userId,
      workspaceId: grant.workspaceId,
      calls,
      peakPerMinute,
      refused,
    }));
  }
}
