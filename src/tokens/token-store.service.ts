import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type EntityManager, IsNull, Not } from 'typeorm';
import { type Secret } from '../common/secret.js';
import { tokensConfig } from '../config/areas/tokens.config.js';
import { type PlaneConnection } from '../config/plane-connection.js';
import { type SealedRow, SealedTablesRegistry } from '../encryption/sealed-tables.registry.js';
import { VaultService } from '../encryption/vault.service.js';
import { type Grant } from '../plane/plane-answers.js';
import { dueAfterSeconds, TokenTiming } from './token-timing.js';
import { ownerOf, TokenEntity } from './token.entity.js';
import { type Token, tokenId, type TokenOwner } from './token.js';
import { type Lease, type SealedGrant, type SealedTexts, TokensRepository } from './tokens.repository.js';

/** A token that this process may refresh. */
export interface LeasedToken {
  readonly owner: TokenOwner;
  readonly token: Token;
  readonly lease: Lease;
}

/** What the texts of a row are bound to. */
type RowVersion = Pick<TokenEntity, 'id' | 'version'>;

/** Stores tokens: sealed when they are written, opened when they are read. */
@Injectable()
export class TokenStoreService {
  private readonly logger = new Logger(TokenStoreService.name);

  constructor(
    @Inject(tokensConfig.KEY) private readonly config: ConfigType<typeof tokensConfig>,
    private readonly tokens: TokensRepository,
    private readonly vault: VaultService,
    private readonly timing: TokenTiming,
    sealedTables: SealedTablesRegistry,
  ) {
    sealedTables.add({
      entity: TokenEntity,
      newest: { where: { accessToken: Not(IsNull()) }, order: { updatedAt: 'DESC' } },
      sealedRow: (row) => this.sealedRow(row),
    });
  }

  /** `undefined` where there is no such token. @throws {DomainError} as {@link open} */
  async find(owner: TokenOwner): Promise<Token | 'revoked' | undefined> {
    const readAt = this.timing.now();
    const id = tokenId(owner);
    const row = (await this.tokens.find(id)) ?? (await this.findMoved(id, owner));
    if (!row) return undefined;
    return row.state === 'revoked' ? 'revoked' : this.open(row, readAt);
  }

  /** Stores the pair that a consent or an install granted and replaces what was stored before. */
  async put(owner: TokenOwner, grant: Grant, transaction?: EntityManager): Promise<void> {
    if (!transaction) return this.tokens.transaction((own) => this.put(owner, grant, own));
    const id = tokenId(owner);
    for (let stored = false; !stored;) {
      const version = await this.tokens.nextVersion(id, transaction);
      const sealed = await this.seal({ id, version }, grant, 'new');
      const refreshable = owner.kind === 'bot' || grant.refreshToken !== undefined;
      const dueAfterSeconds = refreshable ? sealed.dueAfterSeconds : sealed.lifeSeconds;
      // False where another process has inserted the row in between.
      stored = await this.tokens.upsert(id, owner, { ...sealed, dueAfterSeconds }, version, transaction);
    }
  }

  /** Deletes the secrets of an owner's token. Resolves with false where there were none. */
  async revoke(owner: TokenOwner, transaction?: EntityManager): Promise<boolean> {
    return this.tokens.revoke(owner, transaction);
  }

  /** Stores a refreshed pair. Resolves with false where the lease was lost. */
  async complete(lease: Lease, grant: Grant): Promise<boolean> {
    const { id, version } = lease;
    return this.tokens.complete(lease, await this.seal({ id, version: version + 1 }, grant, 'refreshed'));
  }

  /** Leases the due tokens of a connection that expire soonest; `undefined` for one that could not be opened. */
  async claimDue(limit: number, connection: PlaneConnection): Promise<(LeasedToken | undefined)[]> {
    const readAt = performance.now();
    const rows = await this.tokens.claimDue(limit, this.timing.leaseSeconds, connection);
    return Promise.all(rows.map(async (row) => this.openClaimed(row, readAt)));
  }

  /** Milliseconds until the next token falls due; below zero for one that is due. `undefined` where there is none. */
  async soonestDueInMs(connection: PlaneConnection): Promise<number | undefined> {
    return this.tokens.soonestDueInMs(connection);
  }

  /**
   * @param readAt when the row was asked for, on the monotonic clock
   * @throws {DomainError} a key is missing or a text was changed
   */
  async open(row: TokenEntity, readAt: number): Promise<Token> {
    const { id, kind, version, state, failures, inFlight, lastError } = row;
    const { dueInMs, expiresInMs, retryInMs, ageMs } = row;
    if (row.accessToken === null || state === 'revoked') throw new Error('cannot open a revoked token');
    const { refreshToken, previousRefreshToken } = row;
    return {
      id,
      kind,
      version,
      state,
      failures,
      inFlight,
      readAt,
      dueInMs,
      expiresInMs,
      retryInMs,
      ageMs,
      accessToken: await this.vault.open(row.accessToken, bindingOf(id, 'access_token'), version),
      ...(refreshToken && { refreshToken: await this.openRefresh(row, refreshToken) }),
      ...(previousRefreshToken && {
        previousRefreshToken: await this.openRefresh(previousOf(row), previousRefreshToken),
      }),
      ...(lastError !== null && { lastError }),
    };
  }

  private sealedRow(row: TokenEntity): SealedRow {
    const { id, accessToken, refreshToken, previousRefreshToken } = row;
    return {
      id,
      texts: [accessToken, refreshToken, previousRefreshToken].filter((text) => text !== null),
      open: async () => void (await this.open(row, performance.now())),
      reseal: async () => this.tokens.reseal(row, await this.resealed(row)),
    };
  }

  private async resealed(row: TokenEntity, id = row.id): Promise<SealedTexts> {
    const { accessToken, refreshToken, previousRefreshToken } = await this.open(row, performance.now());
    const target = { id, version: row.version };
    return {
      accessToken: await this.vault.seal(accessToken, bindingOf(id, 'access_token'), row.version),
      refreshToken: await this.sealRefresh(target, refreshToken),
      previousRefreshToken: await this.sealRefresh(previousOf(target), previousRefreshToken),
    };
  }

  /** A row that was moved to this base URL gets the id that its owner has here; during a refresh it is used as it is. */
  private async findMoved(id: string, owner: TokenOwner): Promise<TokenEntity | undefined> {
    const row = await this.tokens.findMoved(id, owner);
    if (!row || row.state === 'revoked') return row;
    return (await this.tokens.rekey(row, id, await this.resealed(row, id))) ? this.tokens.find(id) : row;
  }

  /** A row that cannot be opened must not stop the others; it is tried again after the longest pause. */
  private async openClaimed(row: TokenEntity, readAt: number): Promise<LeasedToken | undefined> {
    const { id, version, leaseId } = row;
    if (leaseId === null) return undefined;
    const lease = { id, version, leaseId };
    try {
      return { owner: ownerOf(row), token: await this.open(row, readAt), lease };
    } catch (error) {
      this.logger.error({ msg: 'cannot open a stored token', tokenId: id, err: error });
      await this.tokens.fail(lease, this.timing.maxBackoffSeconds, (error as Error).message);
      return undefined;
    }
  }

  private async sealRefresh({ id, version }: RowVersion, token: Secret | undefined): Promise<string | null> {
    return token ? this.vault.seal(token, bindingOf(id, 'refresh_token'), version) : null;
  }

  private async openRefresh({ id, version }: RowVersion, text: string): Promise<Secret> {
    return this.vault.open(text, bindingOf(id, 'refresh_token'), version);
  }

  private async seal(row: RowVersion, grant: Grant, origin: 'new' | 'refreshed'): Promise<SealedGrant> {
    const { tokenDefaultLifetimeSeconds, tokenRefreshMarginSeconds } = this.config;
    const { accessToken, refreshToken, expiresInSeconds = tokenDefaultLifetimeSeconds, scope = null } = grant;
    return {
      accessToken: await this.vault.seal(accessToken, bindingOf(row.id, 'access_token'), row.version),
      refreshToken: await this.sealRefresh(row, refreshToken),
      scope,
      // Plane made the token between the request and its answer; counting from the request is the safe side.
      ageSeconds: Math.max(0, performance.now() - (grant.askedAt ?? performance.now())) / 1000,
      lifeSeconds: expiresInSeconds,
      dueAfterSeconds: dueAfterSeconds(expiresInSeconds, tokenRefreshMarginSeconds, origin),
    };
  }
}

/** The previous refresh token stays bound to the column and the version that it was sealed for. */
function previousOf({ id, version }: RowVersion): RowVersion {
  return { id, version: version - 1 };
}

function bindingOf(id: string, column: string): string {
  return `tokens/${id}/${column}`;
}
