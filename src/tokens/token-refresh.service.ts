import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { Drain } from '../config/drain.js';
import { type PlaneConnection } from '../config/plane-connection.js';
import { type OfConnection, PlaneConnections } from '../config/plane-connections.js';
import { InstallationsService } from '../installations/installations.service.js';
import { failSpan, inSpan } from '../observability/tracing/spans.js';
import { type Grant } from '../plane/plane-answers.js';
import { planeNotConfigured } from '../plane/plane.error.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { type FailedRefresh, RefreshFailuresService, errorKind } from './refresh-failures.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { TokenMetricsService } from './token-metrics.service.js';
import { type LeasedToken, TokenStoreService } from './token-store.service.js';
import { TokenTiming } from './token-timing.js';
import { type Token, type TokenOwner } from './token.js';
import { installationNotFound, refreshTokenMissing } from './tokens.errors.js';
import { type Lease } from './tokens.repository.js';

const STORE_RETRY_MS = 250;

/** How a refresh ended. `lost`: another process's write came first; read the token again. */
export type RefreshResult =
  { readonly outcome: 'refreshed'; readonly accessToken: Secret } | { readonly outcome: 'lost' } | FailedRefresh;

/** Refreshes a leased token and stores the result. */
@Injectable()
export class TokenRefreshService implements OnApplicationShutdown {
  private readonly logger = new Logger(TokenRefreshService.name);
  private readonly inFlight = new Set<Promise<RefreshResult>>();

  constructor(
    private readonly store: TokenStoreService,
    private readonly plane: PlaneOAuthService,
    private readonly installations: InstallationsService,
    private readonly failures: RefreshFailuresService,
    private readonly cache: TokenCacheService,
    private readonly timing: TokenTiming,
    private readonly metrics: TokenMetricsService,
    private readonly drain: Drain,
    private readonly connections: PlaneConnections,
  ) {}

  /** @throws the database's error where the result cannot be stored; the lease then expires */
  async refresh(leased: LeasedToken): Promise<RefreshResult> {
    const refresh = this.measuredRefresh(leased).finally(() => this.inFlight.delete(refresh));
    this.inFlight.add(refresh);
    return refresh;
  }

  /** A bot's token can be minted at any time. @throws {DomainError} `installation_gone`; {@link PlaneError} */
  async mint(installationId: string): Promise<Grant> {
    const installation = await this.installations.findById(installationId);
    if (installation?.status !== 'installed') throw installationNotFound(installationId);
    return this.plane.mintBotToken(installation.installationId, this.connectionOf(installation));
  }

  /**
   * A token that Plane grants while the process stops must be stored before the database is closed: it exists nowhere
   * else. Handlers and requests start refreshes until they end, so this waits after them.
   */
  async onApplicationShutdown(): Promise<void> {
    if (!(await this.drain.waitWithinDeadline(this.allSettled())))
      this.drain.recordLoss(`Plane's answers to ${this.inFlight.size} token refresh(es)`);
  }

  private async allSettled(): Promise<void> {
    while (this.inFlight.size > 0) await Promise.allSettled(this.inFlight);
  }

  private async measuredRefresh(leased: LeasedToken): Promise<RefreshResult> {
    const { kind, id } = leased.token;
    const attributes = { 'hangar.token.kind': kind, 'hangar.token.id': id };
    return inSpan('refresh token', attributes, async (span) => {
      const result = await this.tryRefresh(leased);
      const outcome = result.outcome === 'failed' ? result.kind : result.outcome;
      const label = this.metrics.countRefresh(kind, outcome);
      span?.setAttribute('hangar.outcome', label);
      if (result.outcome === 'failed' && span) failSpan(span, result.error);
      return result;
    });
  }

  private async tryRefresh(leased: LeasedToken): Promise<RefreshResult> {
    const { owner, token, lease } = leased;
    let grant: Grant;
    try {
      grant = await this.grantOf(owner, token);
    } catch (error) {
      return this.failures.record(leased, error as Error);
    }
    const stored = await this.storeGrant(lease, grant);
    this.cache.delete(lease.id);
    return stored ? { outcome: 'refreshed', accessToken: grant.accessToken } : { outcome: 'lost' };
  }

  private async grantOf(owner: TokenOwner, token: Token): Promise<Grant> {
    return owner.kind === 'bot'
      ? this.mint(owner.installationId)
      : this.refreshUserToken(token, this.connectionOf(owner));
  }

  /** Where the refresh token is rejected the previous one is tried: Plane may have rolled the replacement back. */
  private async refreshUserToken(
    { refreshToken, previousRefreshToken }: Token,
    connection: PlaneConnection,
  ): Promise<Grant> {
    if (!refreshToken) throw refreshTokenMissing();
    try {
      return { refreshToken, ...(await this.plane.refresh(refreshToken, connection)) };
    } catch (error) {
      if (errorKind(error) !== 'grantRejected') throw error;
      if (!previousRefreshToken || previousRefreshToken.reveal() === refreshToken.reveal()) throw error;
      const grant = await this.plane.refresh(previousRefreshToken, connection).catch(() => Promise.reject(error));
      return { refreshToken: previousRefreshToken, ...grant };
    }
  }

  /** @throws {DomainError} `plane_not_configured`: the connection is configured no more, or leads to another Plane */
  private connectionOf(owner: OfConnection): PlaneConnection {
    const connection = this.connections.of(owner);
    if (!connection) throw planeNotConfigured();
    return connection;
  }

  /** Retries for as long as the lease lasts: the granted token exists nowhere else. */
  private async storeGrant(lease: Lease, grant: Grant): Promise<boolean> {
    const giveUpAt = performance.now() + this.timing.leaseSeconds * 1000;
    for (;;) {
      try {
        return await this.store.complete(lease, grant);
      } catch (error) {
        if (performance.now() >= giveUpAt) throw error;
        this.logger.error({ msg: 'cannot store a refreshed token; retrying', tokenId: lease.id, err: error });
        await wait(STORE_RETRY_MS);
      }
    }
  }
}
