import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Secret } from '../common/secret.js';
import { HangarConfig } from '../config/hangar-config.js';
import { type Grant } from '../plane/plane-answers.js';
import { type TokenEntity } from './token.entity.js';
import { type Token, type TokenOwner } from './token.js';
import { tokenId } from './token-id.js';
import { dueAfterSeconds } from './token-times.js';
import { TokenTiming } from './token-timing.js';
import { type Lease, type SealedGrant, type SealedTexts, TokensRepository } from './tokens.repository.js';
import { VaultService } from '../encryption/vault.service.js';

/** Tokens in the database: sealed on the way in, opened on the way out. */
@Injectable()
export class TokenStoreService {
  constructor(
    private readonly config: HangarConfig,
    private readonly tokens: TokensRepository,
    private readonly vault: VaultService,
    private readonly timing: TokenTiming,
  ) {}

  /** `revoked` for a row whose secrets are gone; `undefined` where there is none. */
  async find(id: string): Promise<Token | 'revoked' | undefined> {
    const readAt = this.timing.now();
    const row = await this.tokens.find(id);
    if (!row) return undefined;
    return row.state === 'revoked' ? 'revoked' : this.open(row, readAt);
  }

  /** Stores the pair that a consent or an install brought, whatever was there before; in the caller's transaction. */
  async put(owner: TokenOwner, grant: Grant, transaction?: EntityManager): Promise<void> {
    const id = tokenId(owner);
    const sealed = await this.seal(id, grant, 'new');
    const renewable = owner.kind === 'bot' || grant.refreshToken !== undefined;
    const dueAfterSeconds = renewable ? sealed.dueAfterSeconds : sealed.lifeSeconds;
    await this.tokens.upsert(id, owner, { ...sealed, dueAfterSeconds }, transaction);
  }

  /** Stores a renewed pair. Resolves with false where the lease was lost. */
  async complete(lease: Lease, grant: Grant): Promise<boolean> {
    return this.tokens.complete(lease, await this.seal(lease.id, grant, 'renewed'));
  }

  /**
   * @param readAt when the row was asked for, on the monotonic clock
   * @throws {DomainError} where a key is missing or a text was changed
   */
  async open(row: TokenEntity, readAt: number): Promise<Token> {
    const { id, kind, version, state, failures, inFlight, lastError } = row;
    const { dueInMs, expiresInMs, retryInMs } = row;
    if (row.accessToken === null || state === 'revoked')
      throw new Error('a revoked token has nothing to open');
    const standing = { readAt, dueInMs, expiresInMs, retryInMs };
    return {
      id,
      kind,
      version,
      state,
      failures,
      inFlight,
      ...standing,
      accessToken: await this.vault.open(row.accessToken, placeOf(id, 'access_token')),
      ...(row.refreshToken && { refreshToken: await this.openRefresh(id, row.refreshToken) }),
      ...(row.previousRefreshToken && {
        previousRefreshToken: await this.openRefresh(id, row.previousRefreshToken),
      }),
      ...(lastError !== null && { lastError }),
    };
  }

  /** The row's texts, encrypted anew with the first key. @throws {DomainError} where one does not open */
  async resealed(row: TokenEntity): Promise<SealedTexts> {
    const { accessToken, refreshToken, previousRefreshToken } = await this.open(row, performance.now());
    return {
      accessToken: await this.vault.seal(accessToken, placeOf(row.id, 'access_token')),
      refreshToken: await this.sealRefresh(row.id, refreshToken),
      previousRefreshToken: await this.sealRefresh(row.id, previousRefreshToken),
    };
  }

  private async sealRefresh(id: string, token: Secret | undefined): Promise<string | null> {
    return token ? this.vault.seal(token, placeOf(id, 'refresh_token')) : null;
  }

  /** The previous refresh token keeps the place that it was sealed for. */
  private async openRefresh(id: string, text: string): Promise<Secret> {
    return this.vault.open(text, placeOf(id, 'refresh_token'));
  }

  private async seal(id: string, grant: Grant, origin: 'new' | 'renewed'): Promise<SealedGrant> {
    const { tokenDefaultLifetimeSeconds, tokenRefreshMarginSeconds } = this.config;
    const { accessToken, refreshToken, expiresInSeconds = tokenDefaultLifetimeSeconds, scope = null } = grant;
    return {
      accessToken: await this.vault.seal(accessToken, placeOf(id, 'access_token')),
      refreshToken: await this.sealRefresh(id, refreshToken),
      scope,
      // Its life began at the latest when Plane answered, at the earliest when it was asked.
      ageSeconds: Math.max(0, performance.now() - (grant.askedAt ?? performance.now())) / 1000,
      lifeSeconds: expiresInSeconds,
      dueAfterSeconds: dueAfterSeconds(expiresInSeconds, tokenRefreshMarginSeconds, origin),
    };
  }
}

function placeOf(id: string, column: string): string {
  return `tokens/${id}/${column}`;
}
