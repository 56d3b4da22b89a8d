import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Secret } from '../common/secret.js';
import { type Token } from './token.js';
import { TokenTiming } from './token-timing.js';

const REMEMBERED = 10_000;

interface Entry {
  readonly accessToken: Secret;
  /** On the monotonic clock. */
  readonly until: number;
}

/** Live access tokens in memory, each for a few seconds after its row was read, and never beyond its due time. */
@Injectable()
export class TokenCacheService {
  private readonly entries = new LRUCache<string, Entry>({ max: REMEMBERED });
  private changes = 0;

  constructor(private readonly timing: TokenTiming) {}

  get(id: string): Secret | undefined {
    const entry = this.entries.get(id);
    return entry && this.timing.now() < entry.until ? entry.accessToken : undefined;
  }

  /** To be taken before a row is read, and given to {@link remember}. */
  moment(): number {
    return this.changes;
  }

  /** Keeps a token that was read; not where anything was forgotten since `moment`: it may have been this one. */
  remember(token: Token, moment: number): void {
    if (moment !== this.changes) return;
    const until = token.readAt + Math.min(this.timing.cacheMs, token.dueInMs);
    this.entries.set(token.id, { accessToken: token.accessToken, until });
  }

  /** For a token that was replaced, refused or revoked: at once. */
  delete(id: string): void {
    this.changes += 1;
    this.entries.delete(id);
  }
}
