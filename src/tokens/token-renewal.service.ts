import { Injectable, Logger } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { HangarConfig } from '../config/hangar-config.js';
import { PlaneError } from '../plane/plane.error.js';
import { type Grant } from '../plane/plane-answers.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { isDue, isLive } from './token-life.js';
import { type Token, type TokenOwner } from './token.js';
import { tokenId } from './token-id.js';
import { TokenStoreService } from './token-store.service.js';
import { consentNeeded } from './tokens.errors.js';

/** Renews tokens when they are used and due, one renewal of a token at a time in this process. */
@Injectable()
export class TokenRenewalService {
  private readonly logger = new Logger(TokenRenewalService.name);
  private readonly underWay = new Map<string, Promise<Secret>>();

  constructor(
    private readonly config: HangarConfig,
    private readonly store: TokenStoreService,
    private readonly plane: PlaneOAuthService,
  ) {}

  /**
   * A live token of that owner.
   *
   * @param installationId Plane's id, for a bot: its token can be minted at any time
   */
  async liveToken(owner: TokenOwner, installationId?: string): Promise<Secret> {
    const id = tokenId(owner);
    // Reading is part of what is shared: who read before a renewal must not act on it after.
    const current = this.underWay.get(id);
    if (current) return current;
    const look = this.look(owner, installationId).finally(() => this.underWay.delete(id));
    this.underWay.set(id, look);
    return look;
  }

  private async look(owner: TokenOwner, installationId?: string): Promise<Secret> {
    const token = await this.store.find(owner);
    if (token && !isDue(token, this.config.tokenRefreshMarginSeconds, new Date())) return token.accessToken;
    return this.renew(owner, token, installationId);
  }

  private async renew(owner: TokenOwner, token: Token | undefined, installationId?: string): Promise<Secret> {
    try {
      const grant = await this.grant(owner, token, installationId);
      if (!token) await this.store.put(owner, grant);
      else if (!(await this.store.replace(token, grant))) return await this.winner(owner, grant);
      return grant.accessToken;
    } catch (error) {
      return this.afterFailure(owner, token, error);
    }
  }

  /** Another process may have been faster; else the old token serves while it lives. */
  private async afterFailure(owner: TokenOwner, token: Token | undefined, error: unknown): Promise<Secret> {
    const now = new Date();
    const stored = await this.store.find(owner).catch(() => undefined);
    if (stored && stored.version !== token?.version && isLive(stored, now)) return stored.accessToken;
    if (!token || !isLive(token, now)) throw isRefusal(owner, error) ? consentNeeded(owner) : error;
    const msg = 'a token could not be renewed; the old one is used while it lives';
    this.logger.warn({ msg, tokenId: token.id, err: error });
    return token.accessToken;
  }

  private async grant(owner: TokenOwner, token: Token | undefined, installationId?: string): Promise<Grant> {
    if (installationId !== undefined) return this.plane.mintBotToken(installationId);
    if (!token?.refreshToken) throw consentNeeded(owner);
    const { refreshToken } = token;
    return { refreshToken, ...(await this.plane.refresh(refreshToken)) };
  }

  /** Another process replaced the row first: its token is the one that counts. */
  private async winner(owner: TokenOwner, ours: Grant): Promise<Secret> {
    const stored = await this.store.find(owner);
    return stored?.accessToken ?? ours.accessToken;
  }
}

/** A user's refresh token that Plane refuses is dead; only a person can replace it. */
function isRefusal(owner: TokenOwner, error: unknown): boolean {
  return owner.kind === 'user' && error instanceof PlaneError && error.planeCode === 'invalid_grant';
}
