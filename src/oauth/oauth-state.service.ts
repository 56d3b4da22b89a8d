import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type OAuthStateEntity } from './oauth-state.entity.js';
import { OAuthStatesRepository, pendingConsent } from './oauth-states.repository.js';
import { stateErrors } from './oauth.errors.js';
import { FailedConsent, type PendingConsent } from './pending-consent.js';

const STATE_BYTES = 32;
/** How long a person may take at Plane's consent page. */
export const STATE_LIFE_SECONDS = 30 * 60;

/** The states of pending consents: random, stored as hashes, bound to a browser, used once. */
@Injectable()
export class OAuthStateService {
  constructor(private readonly states: OAuthStatesRepository) {}

  /** @returns the state to send to Plane; only its hash is stored. */
  async create(consent: PendingConsent, browser: string): Promise<string> {
    const state = randomBytes(STATE_BYTES).toString('base64url');
    await this.states.insert(hash(state), hash(browser), consent, STATE_LIFE_SECONDS);
    return state;
  }

  /**
   * Uses a state up. Resolves with the consent that it was made for.
   *
   * @throws {DomainError} the state is unknown; {@link FailedConsent} it has expired, was used, or is another browser's
   */
  async consume(state: string, browser: string): Promise<PendingConsent> {
    const consent = await this.states.consume(hash(state), hash(browser));
    if (consent) return consent;
    const row = await this.states.find(hash(state));
    if (!row) throw stateErrors.unknown();
    throw new FailedConsent(pendingConsent(row), stateErrors[reasonOf(row, browser)]());
  }
}

function reasonOf(row: OAuthStateEntity, browser: string): 'foreign' | 'used' | 'expired' {
  if (row.browserHash !== hash(browser)) return 'foreign';
  return row.usedAt ? 'used' : 'expired';
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
