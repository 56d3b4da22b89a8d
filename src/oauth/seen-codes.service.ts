import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CallbackThrottle } from './callback-throttle.js';
import { callbacksLimited } from './oauth.errors.js';
import { UsedValuesRepository } from './used-values.repository.js';

/** Longer than Plane accepts a code (RFC 6749 §4.1.2 recommends at most 10 minutes). */
const REMEMBER_SECONDS = 15 * 60;
const IN_MEMORY = { max: 20_000, ttl: REMEMBER_SECONDS * 1000 };

/** What a code came with. */
export interface CodeOrigin {
  readonly state: string;
  /** This browser started the consent of the state here. */
  readonly isOwn: boolean;
  /** The client's. */
  readonly address: string;
}

/**
 * Remembers every code that came to the callback, whatever came of it. An install's code is a live one of the admin's, which
 * nothing uses up: a person who reads it in a log or a history could link the admin's account to himself.
 */
@Injectable()
export class SeenCodesService {
  /** The hash of the state that came with a code, by the hash of the code: of codes that are stored. */
  private readonly stored = new LRUCache<string, string>(IN_MEMORY);
  /** The same of codes without a row. */
  private readonly unstored = new LRUCache<string, string>(IN_MEMORY);
  /** Hashes of states whose browser sent a code: it sends one, and others are as good as without a consent. */
  private readonly finished = new LRUCache<string, true>(IN_MEMORY);

  constructor(
    private readonly throttle: CallbackThrottle,
    private readonly used: UsedValuesRepository,
  ) {}

  /**
   * Resolves with true where the code was not seen before with another state, by any replica: a state is used once, so that
   * a repeated request is no second use. The code of a consent of its browser is always stored: each costs a request that
   * starts a consent, which is limited.
   *
   * @throws {DomainError} `oauth_callbacks_limited`: the code could not be stored, and must not be used
   */
  async remember(code: string, { state, isOwn, address }: CodeOrigin): Promise<boolean> {
    const [codeHash, stateHash] = [hash(`code ${code}`), hash(`state ${state}`)];
    const known = this.stored.get(codeHash) ?? this.unstored.get(codeHash);
    if (known !== undefined && known !== stateHash) return false;
    if (this.stored.has(codeHash)) return true;
    if (!(isOwn && this.isFirstOf(stateHash)) && !this.throttle.tryAcquireCode(address)) {
      this.unstored.set(codeHash, stateHash);
      throw callbacksLimited();
    }
    const isNew = await this.used.add(codeHash, REMEMBER_SECONDS, stateHash);
    const first = isNew ? stateHash : await this.used.stateOf(codeHash);
    this.stored.set(codeHash, first ?? stateHash);
    return first === undefined || first === stateHash;
  }

  private isFirstOf(stateHash: string): boolean {
    if (this.finished.has(stateHash)) return false;
    this.finished.set(stateHash, true);
    return true;
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
