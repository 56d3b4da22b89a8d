import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { type Actor } from '../audit/actor.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { InstallationsService } from '../installations/installations.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { type RevocableSecrets, type RevokedAtPlane, TokenRevocationsService } from './token-revocations.service.js';
import { TokenRefreshService } from './token-refresh.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';
import { ownerOf, type TokenEntity } from './token.entity.js';
import { type TokenSummary } from './token.js';
import { botTokenKept, refreshInProgress, revokedToken, tokenOfAnotherPlane, unknownToken } from './tokens.errors.js';
import { type TokenFilter, TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';

/** A token's state and times, without its secrets. */
export interface ListedToken extends Pick<
  TokenEntity,
  'id' | 'connectionId' | 'kind' | 'state' | 'expiresAt' | 'dueAt' | 'failures' | 'lastError'
> {
  /** The slug of a bot's workspace; a user's id in Plane. */
  readonly owner: string;
  /** Seconds from now; below zero for one that has expired. */
  readonly expiresInSeconds: number;
  readonly dueInSeconds: number;
}

/** Lists, refreshes and revokes tokens for operators. */
@Injectable()
export class TokenAdminService {
  constructor(
    private readonly connections: PlaneConnections,
    private readonly repository: TokensRepository,
    private readonly store: TokenStoreService,
    private readonly refreshes: TokenRefreshService,
    private readonly tokens: TokensService,
    private readonly installations: InstallationsService,
    private readonly cache: TokenCacheService,
    private readonly revocations: TokenRevocationsService,
    private readonly timing: TokenTiming,
  ) {}

  /**
   * The tokens that expire soonest, in that order, also those that cannot be opened.
   *
   * @param limit default all
   * @param filter only those in this state, and of this connection
   */
  async list(limit?: number, filter: TokenFilter = {}): Promise<ListedToken[]> {
    const [rows, workspaces] = await Promise.all([this.repository.soonest(limit, filter), this.workspaces()]);
    return rows.map((row) => listedToken(row, workspaces));
  }

  /** The counts of all tokens. */
  async summary(): Promise<TokenSummary> {
    return this.repository.summary();
  }

  /** @throws {DomainError} `token_unknown` */
  async require(id: string): Promise<ListedToken> {
    const row = await this.requireRow(id);
    const installation = row.installationId && (await this.installations.findById(row.installationId));
    return listedToken(row, new Map(installation ? [[installation.id, installation.workspaceSlug]] : []));
  }

  /**
   * Refreshes a token now, also during the pause after a failure and in the state `needs_consent`.
   *
   * @throws {DomainError} there is no such token, it is revoked or another Plane's, it is being refreshed; the error of the refresh
   */
  async refresh(id: string): Promise<void> {
    const readAt = performance.now();
    const row = await this.requireRow(id);
    if (row.state === 'revoked') throw revokedToken(id);
    if (!this.connections.of(row)) throw tokenOfAnotherPlane(id, row.baseUrl);
    const token = await this.store.open(row, readAt);
    const lease = { id, version: row.version, leaseId: randomUUID() };
    if (!(await this.repository.leaseByHand(lease, this.timing.leaseSeconds))) throw refreshInProgress(id);
    const result = await this.refreshes.refresh({ owner: ownerOf(row), token, lease });
    this.cache.delete(id);
    if (result.outcome === 'failed') throw result.error;
  }

  /** Locks the row of a token, if there is one, against changes by others until the transaction ends. */
  async lock(id: string, transaction: EntityManager): Promise<void> {
    if (isUuid(id)) await this.repository.lock(id, transaction);
  }

  /**
   * Revokes a user's token: the app cannot act in their name until they consent again. Resolves with what is to be revoked at
   * Plane.
   *
   * @throws {DomainError} there is no such token, it is a bot's, or it is revoked
   */
  async revoke(id: string, transaction: EntityManager): Promise<RevocableSecrets> {
    const row = await this.requireRow(id);
    if (row.kind === 'bot') throw botTokenKept(id);
    const secrets = await this.revocations.secretsOf(id, transaction);
    if (!(await this.tokens.revokeOwner(ownerOf(row), transaction))) throw revokedToken(id);
    return secrets;
  }

  /** Revokes it at Plane too, after the commit of {@link revoke}. Never rejects; the result is audited. */
  async revokeAtPlane(by: Actor, id: string, secrets: RevocableSecrets): Promise<RevokedAtPlane> {
    return this.revocations.revoke(secrets, { by, target: `token/${id}` });
  }

  private async requireRow(id: string): Promise<TokenEntity> {
    const row = isUuid(id) ? await this.repository.find(id) : undefined;
    if (!row) throw unknownToken(id);
    return row;
  }

  /** Workspace slugs by our installation ids. */
  private async workspaces(): Promise<Map<string, string>> {
    const installations = await this.installations.all();
    return new Map(installations.map(({ id, workspaceSlug }) => [id, workspaceSlug]));
  }
}

function listedToken(row: TokenEntity, workspaces: ReadonlyMap<string, string>): ListedToken {
  const { id, connectionId, kind, state, expiresAt, dueAt, failures, lastError, installationId, planeUserId } = row;
  const owner = kind === 'bot' ? (workspaces.get(installationId ?? '') ?? installationId) : planeUserId;
  const expiresInSeconds = Math.round(row.expiresInMs / 1000);
  const dueInSeconds = Math.round(row.dueInMs / 1000);
  const times = { expiresInSeconds, dueInSeconds, expiresAt, dueAt };
  return { id, connectionId, kind, owner: owner ?? '', state, ...times, failures, lastError };
}
