import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { CallbackThrottle } from './callback-throttle.js';
import { UsedValuesRepository } from './used-values.repository.js';

/** Longer than Plane accepts a code (RFC 6749 §4.1.2 recommends at most 10 minutes). */
const REMEMBER_SECONDS = 15 * 60;
const MAX_IN_MEMORY = 20_000;

/**
 * Remembers every code that came to the callback, whatever came of it. An install's code is a live one of the admin's, which
 * nothing uses up: a person who reads it in a log or a history could link the admin's account to himself.
 */
@Injectable()
export class SeenCodesService {
  /** The hash of the state that came with a code, by the hash of the code. */
  private readonly recent = new LRUCache<string, string>({ max: MAX_IN_MEMORY, ttl: REMEMBER_SECONDS * 1000 });

  constructor(
    private readonly throttle: CallbackThrottle,
    private readonly used: UsedValuesRepository,
  ) {}

  /**
   * Resolves with true where the code was not seen before with another state, by any replica: a state is used once, so that
   * a repeated request is no second use. During a flood of codes this process alone remembers some.
   */
  async remember(code: string, state: string): Promise<boolean> {
    const [codeHash, stateHash] = [hash(`code ${code}`), hash(`state ${state}`)];
    const recent = this.recent.get(codeHash);
    if (recent !== undefined) return recent === stateHash;
    this.recent.set(codeHash, stateHash);
    if (this.throttle.tryAcquireCode() && (await this.used.add(codeHash, REMEMBER_SECONDS, stateHash))) return true;
    return [undefined, stateHash].includes(await this.used.stateOf(codeHash));
  }
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
