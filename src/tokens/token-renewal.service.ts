import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { type Grant } from '../plane/plane-answers.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { backoffSeconds, isRefused } from './renewal-failure.js';
import { LEASE_SECONDS } from './token-lease.js';
import { isDue, isLive } from './token-life.js';
import { type Token, type TokenOwner } from './token.js';
import { tokenId } from './token-id.js';
import { TokenStoreService } from './token-store.service.js';
import { consentNeeded, renewalDelayed } from './tokens.errors.js';
import { TokensRepository } from './tokens.repository.js';

/** How long a caller waits for the renewal of another process. */
const PATIENCE_MS = 15_000;
const LOOK_AGAIN_MS = 50;
const STORE_PAUSE_MS = 250;

/** Whose token is wanted, and which one will not do. */
interface Wish {
  readonly owner: TokenOwner;
  readonly installationId: string | undefined;
  readonly refused: Secret | undefined;
}

/** A token that this process has the right to renew; a bot's with Plane's id of its installation. */
export interface Claim {
  readonly owner: TokenOwner;
  readonly token: Token;
  readonly leaseId: string;
  readonly installationId: string | undefined;
}

/** Renews tokens when they are used and due: one renewal of a token at a time, over all replicas. */
@Injectable()
export class TokenRenewalService {
  private readonly logger = new Logger(TokenRenewalService.name);
  private readonly underWay = new Map<string, Promise<Secret>>();

  constructor(
    private readonly store: TokenStoreService,
    private readonly tokens: TokensRepository,
    private readonly plane: PlaneOAuthService,
  ) {}

  /**
   * A live token of that owner.
   *
   * @param installationId Plane's id, for a bot: its token can be minted at any time
   * @param refused a token that Plane does not take, whatever its expiry says
   */
  async liveToken(owner: TokenOwner, installationId?: string, refused?: Secret): Promise<Secret> {
    const key = `${tokenId(owner)}${refused ? ' refused' : ''}`;
    // Reading is part of what is shared: who read before a renewal must not act on it after.
    const current = this.underWay.get(key);
    if (current) return current;
    const look = this.look({ owner, installationId, refused }).finally(() => this.underWay.delete(key));
    this.underWay.set(key, look);
    return look;
  }

  /**
   * Renews a token that was claimed for it. What fails is booked in the row.
   *
   * @throws what made it fail, where the old token is dead
   */
  async renewClaimed({ owner, token, leaseId, installationId }: Claim): Promise<void> {
    await this.renew(owner, token, leaseId, installationId);
  }

  private async look(wish: Wish): Promise<Secret> {
    const { owner, installationId } = wish;
    const giveUpAt = Date.now() + PATIENCE_MS;
    for (;;) {
      const token = await this.store.find(owner);
      if (!token) return this.first(owner, installationId);
      const found = await this.use(wish, token);
      if (found) return found;
      if (Date.now() >= giveUpAt) throw renewalDelayed(owner, 'another process renews it and does not end');
      await wait(LOOK_AGAIN_MS);
    }
  }

  /** `undefined` where another process renews the token and the old one is dead: look again. */
  private async use({ owner, installationId, refused }: Wish, token: Token): Promise<Secret | undefined> {
    const now = new Date();
    const unwanted = refused?.reveal() === token.accessToken.reveal();
    if (token.state === 'needs_consent') throw consentNeeded(owner);
    if (!unwanted && !isDue(token, now)) return token.accessToken;
    const alive = !unwanted && isLive(token, now) ? token.accessToken : undefined;
    if (token.nextAttemptAt && token.nextAttemptAt > now) {
      if (alive) return alive;
      throw renewalDelayed(owner, token.lastError ?? 'unknown', token.nextAttemptAt);
    }
    const leaseId = randomUUID();
    if (!(await this.tokens.lease(token.id, token.version, leaseId, LEASE_SECONDS))) return alive;
    return this.renew(owner, token, leaseId, installationId);
  }

  /** A bot without a row needs no consent: whoever mints last is right. */
  private async first(owner: TokenOwner, installationId?: string): Promise<Secret> {
    if (installationId === undefined) throw consentNeeded(owner);
    const grant = await this.plane.mintBotToken(installationId);
    await this.store.put(owner, grant);
    return grant.accessToken;
  }

  private async renew(
    owner: TokenOwner,
    token: Token,
    leaseId: string,
    installationId?: string,
  ): Promise<Secret | undefined> {
    let grant: Grant;
    try {
      grant =
        installationId === undefined
          ? await this.refresh(token)
          : await this.plane.mintBotToken(installationId);
    } catch (error) {
      return this.book(owner, token, leaseId, error);
    }
    return (await this.keep(token, leaseId, grant)) ? grant.accessToken : undefined;
  }

  /** The previous refresh token is tried where its successor is refused: Plane may never have issued it for good. */
  private async refresh({ refreshToken, previousRefreshToken }: Token): Promise<Grant> {
    if (!refreshToken) throw new Error('a user token without a refresh token');
    try {
      return { refreshToken, ...(await this.plane.refresh(refreshToken)) };
    } catch (error) {
      if (!previousRefreshToken || !isRefused(error)) throw error;
      const grant = await this.plane.refresh(previousRefreshToken).catch(() => Promise.reject(error));
      return { refreshToken: previousRefreshToken, ...grant };
    }
  }

  /** What Plane granted is tried to be stored for as long as the lease lasts: it exists nowhere else. */
  private async keep(token: Token, leaseId: string, grant: Grant): Promise<boolean> {
    const giveUpAt = Date.now() + LEASE_SECONDS * 1000;
    for (;;) {
      try {
        return await this.store.complete(token.id, leaseId, grant);
      } catch (error) {
        if (Date.now() >= giveUpAt) throw error;
        this.logger.error({ msg: 'a renewed token cannot be stored yet', tokenId: token.id, err: error });
        await wait(STORE_PAUSE_MS);
      }
    }
  }

  /** Books the failure and serves the old token while it lives. */
  private async book(owner: TokenOwner, token: Token, leaseId: string, error: unknown): Promise<Secret> {
    const dead = owner.kind === 'user' && (isRefused(error) || !token.refreshToken);
    const said = error instanceof Error ? error.message : 'unknown';
    const msg = dead ? 'a token needs consent again' : 'a token could not be renewed';
    this.logger.warn({ msg, tokenId: token.id, kind: token.kind, failures: token.failures + 1, err: error });
    if (dead) await this.tokens.needsConsent(token.id, leaseId, said);
    else await this.tokens.fail(token.id, leaseId, backoffSeconds(token.failures, error), said);
    if (isLive(token, new Date()) && !dead) return token.accessToken;
    throw dead ? consentNeeded(owner) : error;
  }
}
