import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type FastifyReply, type FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { CallbackThrottle } from './callback-throttle.js';
import { ConsentCookiesService } from './consent-cookies.service.js';
import { type OAuthStateEntity } from './oauth-state.entity.js';
import { OAuthStatesRepository, pendingConsent } from './oauth-states.repository.js';
import { stateErrors, type StateReason } from './oauth.errors.js';
import { FailedConsent, type PendingConsent } from './pending-consent.js';
import { STATE_LIFE_SECONDS, StateCodec } from './state-codec.js';
import { UsedValuesRepository } from './used-values.repository.js';

/** The clocks of two processes may differ. */
const REMEMBER_SECONDS = 2 * STATE_LIFE_SECONDS;
const MAX_IN_MEMORY = 20_000;

/**
 * The states of pending consents, bound to a browser by a sealed cookie and used once. Only the use of a state is stored
 * in the database.
 */
@Injectable()
export class OAuthStateService {
  /** Hashes of states that this process knows as used: it answers them without a row. */
  private readonly known = new LRUCache<string, true>({ max: MAX_IN_MEMORY, ttl: REMEMBER_SECONDS * 1000 });

  constructor(
    private readonly codec: StateCodec,
    private readonly cookies: ConsentCookiesService,
    private readonly throttle: CallbackThrottle,
    private readonly used: UsedValuesRepository,
    private readonly rows: OAuthStatesRepository,
  ) {}

  /** Stores the consent in the browser. Resolves with the state to send to Plane. */
  async create(consent: PendingConsent, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const state = this.codec.issue(consent.flow);
    await this.cookies.store(state, consent, request, reply);
    return state;
  }

  /** Whether this browser started the consent here, and may still finish it. Asks no database. */
  async isOwn(state: string, request: FastifyRequest): Promise<boolean> {
    const content = this.codec.read(state);
    return content !== undefined && !content.expired && (await this.cookies.read(state, request)) !== undefined;
  }

  /**
   * Uses a state up, also where another browser sends it (within limits): another person has seen it. Resolves with the consent that it was
   * made for.
   *
   * @throws {FailedConsent} the state is unknown, has expired, was used, or is another browser's; {@link DomainError}
   * `oauth_callbacks_limited`
   */
  async consume(state: string, request: FastifyRequest): Promise<PendingConsent> {
    const content = this.codec.read(state);
    if (!content) return this.consumeRow(state, this.cookies.unsealed(state, request));
    const { flow, expired } = content;
    const consent = await this.cookies.read(state, request);
    if (expired) throw rejected(consent ?? { flow }, 'expired');
    const stateHash = hash(`state ${state}`);
    const isKnown = this.known.has(stateHash);
    if (!consent) {
      if (!isKnown && this.throttle.tryAcquireForeignUse(request.ip)) await this.useUp(stateHash);
      throw rejected({ flow }, 'foreign');
    }
    if (isKnown) throw rejected(consent, 'used');
    this.throttle.acquireStateUse(request.ip);
    if (!(await this.useUp(stateHash))) throw rejected(consent, 'used');
    return consent;
  }

  /** Resolves with true once for a state, over all replicas. */
  private async useUp(stateHash: string): Promise<boolean> {
    const isFirst = await this.used.add(stateHash, REMEMBER_SECONDS);
    this.known.set(stateHash, true);
    return isFirst;
  }

  /** A consent that was started before release 0.2, whose states are rows. */
  private async consumeRow(state: string, browser: string): Promise<PendingConsent> {
    const consent = browser && (await this.rows.consume(hash(state), hash(browser)));
    if (consent) return consent;
    const row = await this.rows.find(hash(state));
    if (!row) throw rejected({ flow: 'bot' }, 'unknown');
    const reason = reasonOf(row, browser);
    if (reason === 'foreign') await this.rows.useUp(hash(state));
    throw rejected(pendingConsent(row), reason);
  }
}

function reasonOf(row: OAuthStateEntity, browser: string): StateReason {
  if (row.browserHash !== hash(browser)) return 'foreign';
  return row.usedAt ? 'used' : 'expired';
}

function rejected(pending: PendingConsent, reason: StateReason): FailedConsent {
  return new FailedConsent(pending, stateErrors[reason](), reason);
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
