import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { InstallAppService } from '../installations/install-app.service.js';
import { InstallationsService } from '../installations/installations.service.js';
import { LifecycleEventsService } from '../lifecycle/lifecycle-events.service.js';
import { type FailureKind, RefreshFailureClassifier } from './refresh-failure.classifier.js';
import { TokenCacheService } from './token-cache.service.js';
import { type LeasedToken, TokenStoreService } from './token-store.service.js';
import { backoffSeconds, TokenTiming } from './token-timing.js';
import { ConsentNeededError, installationNotFound } from './tokens.errors.js';
import { TokensRepository } from './tokens.repository.js';

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
    private readonly classifier: RefreshFailureClassifier,
    private readonly tokens: TokensRepository,
    private readonly store: TokenStoreService,
    private readonly cache: TokenCacheService,
    private readonly timing: TokenTiming,
    private readonly installations: InstallationsService,
    private readonly installs: InstallAppService,
    private readonly lifecycle: LifecycleEventsService,
    private readonly dataSource: DataSource,
  ) {}

  /** Resolves with `lost` where another process has refreshed the token meanwhile. */
  async record(leased: LeasedToken, error: Error): Promise<FailedRefresh | { readonly outcome: 'lost' }> {
    const { owner, token, lease } = leased;
    const kind = await this.classifier.classify(owner, token, error);
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

  private async needConsent(
    { owner, token, lease }: LeasedToken,
    error: Error,
  ): Promise<FailedRefresh | { readonly outcome: 'lost' }> {
    const reason = token.inFlight ? `${ANSWER_LOST} ${error.message}` : error.message;
    const written = await this.dataSource.transaction(async (transaction) => {
      if (!(await this.tokens.needsConsent(lease, reason, transaction))) return false;
      if (owner.kind === 'user') {
        const { planeUserId } = owner;
        await this.lifecycle.publish(transaction, { name: 'token.needs_consent', planeUserId, reason });
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
    if (installation) await this.installs.uninstall(installation, new Date());
    else await this.store.revoke(owner);
    this.cache.delete(token.id);
    const error = installationNotFound(installationId);
    return { outcome: 'failed', kind: 'uninstalled', error, final: true };
  }
}
