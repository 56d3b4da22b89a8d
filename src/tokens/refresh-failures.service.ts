import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DEFAULT_CONNECTION } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { DomainError } from '../common/domain-error.js';
import { InstallAppService } from '../installations/install-app.service.js';
import { InstallationsService, isInstalled } from '../installations/installations.service.js';
import { LifecycleEventsService } from '../lifecycle/lifecycle-events.service.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { PlaneError } from '../plane/plane.error.js';
import { TokenCacheService } from './token-cache.service.js';
import { type LeasedToken, TokenStoreService } from './token-store.service.js';
import { backoffSeconds, TokenTiming } from './token-timing.js';
import { type Token, type TokenOwner } from './token.js';
import { ConsentNeededError, installationNotFound } from './tokens.errors.js';
import { TokensRepository } from './tokens.repository.js';

/**
 * What a failed refresh means. `internalError`: it says nothing about the token. `transient`: retry soon. `rejected`:
 * Plane rejects the app or its bot, which only an operator can change; retry seldom. `needsConsent`: the person must
 * consent again. `uninstalled`: the app is not installed there any more.
 */
export type FailureKind = 'internalError' | 'transient' | 'rejected' | 'needsConsent' | 'uninstalled';

/** What the error alone says: Plane rejected the grant, or the app's credentials, or neither. */
type ErrorKind = 'internalError' | 'transient' | 'grantRejected' | 'clientRejected';

const CLIENT_CODES = new Set(['invalid_client', 'unauthorized_client']);
const UNAUTHORIZED = 401;
/** What Plane answers to a token of an uninstalled app, or to one that it does not know. */
const NO_ACCESS = new Set([401, 403, 404]);
/** Known without asking Plane: the codes of {@link installationNotFound} and {@link refreshTokenMissing}. */
const LOCAL_CODES = new Set(['installation_gone', 'refresh_token_missing']);

/** Classifies an error of the token endpoint (RFC 6749 §5.2). */
export function errorKind(error: unknown): ErrorKind {
  if (error instanceof DomainError && LOCAL_CODES.has(error.code)) return 'grantRejected';
  if (!(error instanceof PlaneError)) return 'internalError';
  if (error.planeCode === 'invalid_grant') return 'grantRejected';
  if (CLIENT_CODES.has(error.planeCode ?? '') || error.planeStatus === UNAUTHORIZED) return 'clientRejected';
  return 'transient';
}

/** A refresh that failed. */
export interface FailedRefresh {
  readonly outcome: 'failed';
  readonly kind: FailureKind;
  /** Thrown to a caller that needs the token. */
  readonly error: Error;
  /** The old access token must not be used either. */
  readonly final: boolean;
}

const MESSAGES: Record<FailureKind, string> = {
  internalError: 'token refresh failed: internal error; retrying',
  transient: 'token refresh failed; retrying',
  rejected: 'token refresh rejected by Plane; retrying seldom',
  needsConsent: 'token needs consent',
  uninstalled: 'bot token rejected: the app is uninstalled',
};
const ANSWER_LOST = 'The answer to an earlier refresh was lost, and with it the refresh token that replaced this one.';

/** Records why a refresh failed and what follows: a retry, a consent that is needed, an uninstall. */
@Injectable()
export class RefreshFailuresService {
  private readonly logger = new Logger(RefreshFailuresService.name);

  constructor(
    private readonly plane: PlaneOAuthService,
    private readonly tokens: TokensRepository,
    private readonly store: TokenStoreService,
    private readonly cache: TokenCacheService,
    private readonly timing: TokenTiming,
    private readonly installations: InstallationsService,
    private readonly installs: InstallAppService,
    private readonly lifecycle: LifecycleEventsService,
    private readonly dataSource: DataSource,
    private readonly connections: PlaneConnections,
  ) {}

  /** Resolves with `lost` where another process has refreshed the token meanwhile. */
  async record(leased: LeasedToken, error: Error): Promise<FailedRefresh | { readonly outcome: 'lost' }> {
    const { owner, token, lease } = leased;
    const kind = await this.classify(owner, token, error);
    const { id: tokenId, kind: tokenKind } = token;
    this.logger.warn({
      msg: MESSAGES[kind],
      tokenId,
      kind: tokenKind,
      failures: token.failures + 1,
      err: error,
    });
    if (kind === 'uninstalled') return this.uninstall(leased);
    if (kind === 'needsConsent') return this.needConsent(leased, error);
    if (kind === 'internalError') await this.tokens.release(lease, this.timing.internalErrorBackoffSeconds);
    else {
      const failures = kind === 'rejected' ? Number.MAX_SAFE_INTEGER : token.failures;
      await this.tokens.fail(lease, backoffSeconds(this.timing, failures, error), error.message);
    }
    return { outcome: 'failed', kind, error, final: false };
  }

  /** Finds out what a failed refresh means; asks Plane before it calls anything final. */
  private async classify(owner: TokenOwner, token: Token, error: unknown): Promise<FailureKind> {
    const kind = errorKind(error);
    if (kind === 'internalError' || kind === 'transient') return kind;
    try {
      // A wrong client secret in one deployment must not cost every user their consent.
      if (kind === 'clientRejected' && !(await this.plane.knowsApp(this.connections.of(owner)))) return 'rejected';
      if (owner.kind === 'user') return 'needsConsent';
      return (await this.isStillInstalled(owner.installationId, token)) ? 'rejected' : 'uninstalled';
    } catch (checkError) {
      return checkError instanceof PlaneError ? 'transient' : 'internalError';
    }
  }

  /** Plane has rejected the grant; if it denies access to the installation too, the app is uninstalled. */
  private async isStillInstalled(installationId: string, token: Token): Promise<boolean> {
    const installation = await this.installations.findById(installationId);
    if (installation?.status !== 'installed') return false;
    try {
      const connection = this.connections.of(installation);
      const found = await this.plane.readInstallation(token.accessToken, installation.installationId, connection);
      return found !== undefined && isInstalled(found);
    } catch (error) {
      if (error instanceof PlaneError && NO_ACCESS.has(error.planeStatus ?? 0)) return false;
      throw error;
    }
  }

  private async needConsent(
    { owner, token, lease }: LeasedToken,
    error: Error,
  ): Promise<FailedRefresh | { readonly outcome: 'lost' }> {
    const reason = token.inFlight ? `${ANSWER_LOST} ${error.message}` : error.message;
    const written = await this.dataSource.transaction(async (transaction) => {
      if (!(await this.tokens.needsConsent(lease, reason, transaction))) return false;
      if (owner.kind === 'user') {
        const { planeUserId, connectionId = DEFAULT_CONNECTION } = owner;
        const notice = { name: 'token.needs_consent', planeUserId, connectionId, reason } as const;
        await this.lifecycle.publish(transaction, notice);
      }
      return true;
    });
    this.cache.delete(lease.id);
    if (!written) return { outcome: 'lost' };
    return { outcome: 'failed', kind: 'needsConsent', error: new ConsentNeededError(owner), final: true };
  }

  private async uninstall({ owner, token }: LeasedToken): Promise<FailedRefresh> {
    const installationId = owner.kind === 'bot' ? owner.installationId : '';
    const installation = await this.installations.findById(installationId);
    if (installation) await this.installs.uninstall(installation);
    else await this.store.revoke(owner);
    this.cache.delete(token.id);
    const error = installationNotFound(installationId);
    return { outcome: 'failed', kind: 'uninstalled', error, final: true };
  }
}
