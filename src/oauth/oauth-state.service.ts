import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { FailedConsent } from './failed-consent.js';
import { type OAuthStateEntity } from './oauth-state.entity.js';
import { pendingConsent, type PendingConsent, OAuthStatesRepository } from './oauth-states.repository.js';
import { type StateFault, stateRefused } from './oauth.errors.js';

const STATE_BYTES = 32;
/** How long a person may take at Plane's consent page. */
export const STATE_LIFE_SECONDS = 30 * 60;

/** States of consents under way: random, stored as hashes, bound to a browser, good once. */
@Injectable()
export class OAuthStateService {
  constructor(private readonly states: OAuthStatesRepository) {}

  /** @returns the state to send along; only its hash is stored. */
  async begin(consent: PendingConsent, browser: string): Promise<string> {
    const state = randomBytes(STATE_BYTES).toString('base64url');
    await this.states.insert(hash(state), hash(browser), consent, STATE_LIFE_SECONDS);
    return state;
  }

  /**
   * Uses a state up and tells what it was begun for.
   *
   * @throws {DomainError} it is unknown; {@link FailedConsent} it is expired, used, or another browser's
   */
  async consume(state: string, browser: string): Promise<PendingConsent> {
    const consent = await this.states.consume(hash(state), hash(browser));
    if (consent) return consent;
    const known = await this.states.find(hash(state));
    if (!known) throw stateRefused('unknown');
    throw new FailedConsent(pendingConsent(known), stateRefused(faultOf(known, browser)));
  }
}

function faultOf(known: OAuthStateEntity, browser: string): StateFault {
  if (known.browserHash !== hash(browser)) return 'foreign';
  return known.usedAt ? 'used' : 'expired';
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
