import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import {
  DataSource,
  type EntityManager,
  type EntitySubscriberInterface,
  type QueryRunner,
  type TransactionCommitEvent,
} from 'typeorm';
import { type Secret } from '../common/secret.js';
import { TokenTiming } from './token-timing.js';
import { type Token } from './token.js';

const MAX_ENTRIES = 10_000;

interface Entry {
  readonly accessToken: Secret;
  /** On the monotonic clock. */
  readonly until: number;
}

/** Access tokens in memory, each for a few seconds after its row was read and never beyond its due time. */
@Injectable()
export class TokenCacheService implements EntitySubscriberInterface {
  private readonly entries = new LRUCache<string, Entry>({ max: MAX_ENTRIES });
  private deletions = 0;
  private readonly changed = new WeakMap<QueryRunner, string[]>();

  constructor(
    private readonly timing: TokenTiming,
    dataSource: DataSource,
  ) {
    dataSource.subscribers.push(this);
  }

  get(id: string): Secret | undefined {
    const entry = this.entries.get(id);
    return entry && this.timing.now() < entry.until ? entry.accessToken : undefined;
  }

  /** Read it before a row is read, and pass it to {@link set}. */
  generation(): number {
    return this.deletions;
  }

  /** Caches a token, unless anything was deleted since `generation`: it may have been this token. */
  set(token: Token, generation: number): void {
    if (generation !== this.deletions) return;
    const until = token.readAt + Math.min(this.timing.cacheMs, token.dueInMs);
    this.entries.set(token.id, { accessToken: token.accessToken, until });
  }

  /** Call it at once when a token was replaced, rejected or revoked. */
  delete(id: string): void {
    this.deletions += 1;
    this.entries.delete(id);
  }

  /** Call it when a transaction changes a token: until its commit others read, and may cache, the token as it was. */
  deleteAfterCommit(id: string, { queryRunner }: EntityManager): void {
    if (queryRunner) this.changed.set(queryRunner, [...(this.changed.get(queryRunner) ?? []), id]);
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    if (queryRunner.isTransactionActive) return; // a savepoint: nothing has committed yet
    for (const id of this.changed.get(queryRunner) ?? []) this.delete(id);
    this.changed.delete(queryRunner);
  }
}
