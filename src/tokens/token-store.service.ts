import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { HangarConfig } from '../config/hangar-config.js';
import { type Grant } from '../plane/plane-answers.js';
import { type TokenEntity } from './token.entity.js';
import { type Token, type TokenOwner } from './token.js';
import { tokenId } from './token-id.js';
import { dueAt } from './token-life.js';
import { type SealedGrant, type SealedTexts, TokensRepository } from './tokens.repository.js';
import { VaultService } from './vault.service.js';

/** What is assumed where Plane leaves `expires_in` out: short, so that the token is renewed rather than found dead. */
const ASSUMED_LIFE_SECONDS = 3600;

/** Tokens in the database: sealed on the way in, opened on the way out. */
@Injectable()
export class TokenStoreService {
  constructor(
    private readonly config: HangarConfig,
    private readonly tokens: TokensRepository,
    private readonly vault: VaultService,
  ) {}

  async find(owner: TokenOwner): Promise<Token | undefined> {
    const row = await this.tokens.find(tokenId(owner));
    return row && this.open(row);
  }

  /** Stores the pair that a consent brought, whatever was there before. */
  async put(owner: TokenOwner, grant: Grant): Promise<void> {
    const id = tokenId(owner);
    await this.tokens.upsert(id, owner, await this.seal(id, grant));
  }

  /** Stores a renewed pair. Resolves with false where the lease was lost. */
  async complete(id: string, leaseId: string, grant: Grant): Promise<boolean> {
    return this.tokens.complete(id, leaseId, await this.seal(id, grant));
  }

  /** @throws {DomainError} where a key is missing or a text was changed */
  async open(row: TokenEntity): Promise<Token> {
    const { id, kind, obtainedAt, expiresAt, dueAt, version, state, failures, nextAttemptAt, lastError } =
      row;
    return {
      id,
      kind,
      obtainedAt,
      version,
      state,
      failures,
      expiresAt,
      dueAt,
      accessToken: await this.vault.open(row.accessToken, placeOf(id, 'access_token')),
      ...(row.refreshToken && { refreshToken: await this.openRefresh(id, row.refreshToken) }),
      ...(row.previousRefreshToken && {
        previousRefreshToken: await this.openRefresh(id, row.previousRefreshToken),
      }),
      ...(nextAttemptAt && { nextAttemptAt }),
      ...(lastError !== null && { lastError }),
    };
  }

  /** The row's texts, encrypted anew with the first key. @throws {DomainError} where one does not open */
  async resealed(row: TokenEntity): Promise<SealedTexts> {
    const { accessToken, refreshToken, previousRefreshToken } = await this.open(row);
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

  private async seal(id: string, grant: Grant): Promise<SealedGrant> {
    const { accessToken, refreshToken, expiresInSeconds = ASSUMED_LIFE_SECONDS, scope = null } = grant;
    const obtainedAt = new Date();
    const expiresAt = new Date(obtainedAt.getTime() + expiresInSeconds * 1000);
    return {
      accessToken: await this.vault.seal(accessToken, placeOf(id, 'access_token')),
      refreshToken: await this.sealRefresh(id, refreshToken),
      scope,
      obtainedAt,
      expiresAt,
      dueAt: dueAt({ obtainedAt, expiresAt }, this.config.tokenRefreshMarginSeconds),
    };
  }
}

function placeOf(id: string, column: string): string {
  return `tokens/${id}/${column}`;
}
