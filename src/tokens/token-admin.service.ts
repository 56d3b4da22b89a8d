import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { validate as isUuid } from 'uuid';
import { InstallationsService } from '../installations/installations.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { ownerOf } from './token-id.js';
import { type TokenEntity } from './token.entity.js';
import { type TokenKind, type TokenState, type TokenSummary } from './token.js';
import { TokenRefreshService } from './token-refresh.service.js';
import { TokenRemovalService } from './token-removal.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';
import { botTokenKept, refreshInProgress, unknownToken, revokedToken } from './tokens.errors.js';
import { TokensRepository } from './tokens.repository.js';

/** How a token stands, without any value of it. */
export interface ListedToken {
  readonly id: string;
  readonly kind: TokenKind;
  /** The slug of a bot's workspace; a user's id in Plane. */
  readonly owner: string;
  readonly state: TokenState;
  /** Seconds from now; below zero for one that has expired. */
  readonly expiresInSeconds: number;
  readonly dueInSeconds: number;
  readonly expiresAt: Date;
  /** When it is renewed. */
  readonly dueAt: Date;
  /** Failed renewals in a row. */
  readonly failures: number;
  readonly lastError: string | null;
}

const PAGE = 500;

/** What an operator does with tokens. */
@Injectable()
export class TokenAdminService {
  constructor(
    private readonly tokens: TokensRepository,
    private readonly store: TokenStoreService,
    private readonly renewal: TokenRefreshService,
    private readonly installations: InstallationsService,
    private readonly cache: TokenCacheService,
    private readonly timing: TokenTiming,
    private readonly removal: TokenRemovalService,
  ) {}

  /** Every token, also those that cannot be opened, the soonest to expire first. */
  async list(): Promise<ListedToken[]> {
    const workspaces = await this.workspaces();
    const listed: ListedToken[] = [];
    for (let after: string | undefined; ;) {
      const rows = await this.tokens.pageAfter(after, PAGE);
      listed.push(...rows.map((row) => listedToken(row, workspaces)));
      after = rows.at(-1)?.id;
      if (rows.length < PAGE) break;
    }
    return listed.toSorted((a, b) => a.expiresInSeconds - b.expiresInSeconds);
  }

  /** The tokens that expire soonest, in that order; in one state alone where it is named. */
  async soonest(limit: number, state?: TokenState): Promise<ListedToken[]> {
    const [rows, workspaces] = await Promise.all([this.tokens.soonest(limit, state), this.workspaces()]);
    return rows.map((row) => listedToken(row, workspaces));
  }

  /** How all tokens stand together. */
  async summary(): Promise<TokenSummary> {
    return this.tokens.summary();
  }

  /** @throws {DomainError} there is no such token */
  async require(id: string): Promise<ListedToken> {
    const row = isUuid(id) ? await this.tokens.find(id) : undefined;
    if (!row) throw unknownToken(id);
    const installation = row.installationId && (await this.installations.findById(row.installationId));
    return listedToken(row, new Map(installation ? [[installation.id, installation.workspaceSlug]] : []));
  }

  /**
   * Renews a token now: a person's word counts more than the pause after a failure, and than `needs_consent`.
   *
   * @throws {DomainError} there is no such token, it was wiped, a renewal is under way; what made the renewal fail
   */
  async refresh(id: string): Promise<void> {
    const readAt = performance.now();
    const row = isUuid(id) ? await this.tokens.find(id) : undefined;
    if (!row) throw unknownToken(id);
    if (row.state === 'revoked') throw revokedToken(id);
    const token = await this.store.open(row, readAt);
    const lease = { id, version: row.version, leaseId: randomUUID() };
    if (!(await this.tokens.leaseByHand(lease, this.timing.leaseSeconds))) throw refreshInProgress(id);
    const renewal = await this.renewal.refresh({ owner: ownerOf(row), token, lease });
    this.cache.delete(id);
    if (renewal.outcome === 'failed') throw renewal.error;
  }

  /**
   * Wipes a user's token: what the app did in their name it does no more, until they consent again.
   *
   * @throws {DomainError} there is no such token, it is a bot's, or it was wiped before
   */
  async revoke(id: string): Promise<void> {
    const row = isUuid(id) ? await this.tokens.find(id) : undefined;
    if (!row) throw unknownToken(id);
    if (row.kind === 'bot') throw botTokenKept(id);
    if (!(await this.removal.revokeUser(row.planeUserId ?? ''))) throw revokedToken(id);
  }

  /** The slugs by our ids of installations. */
  private async workspaces(): Promise<Map<string, string>> {
    const installations = await this.installations.all();
    return new Map(installations.map(({ id, workspaceSlug }) => [id, workspaceSlug]));
  }
}

function listedToken(row: TokenEntity, workspaces: ReadonlyMap<string, string>): ListedToken {
  const { id, kind, state, failures, lastError, installationId, planeUserId } = row;
  const { expiresAt, dueAt, expiresInMs, dueInMs } = row;
  const owner = kind === 'bot' ? (workspaces.get(installationId ?? '') ?? installationId) : planeUserId;
  return {
    id,
    kind,
    owner: owner ?? '',
    state,
    expiresInSeconds: Math.round(expiresInMs / 1000),
    dueInSeconds: Math.round(dueInMs / 1000),
    expiresAt,
    dueAt,
    failures,
    lastError,
  };
}
