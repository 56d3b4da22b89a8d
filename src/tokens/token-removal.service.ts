import { Injectable, Logger } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { HangarConfig } from '../config/hangar-config.js';
import { type Installation } from '../installations/installation.js';
import { InstallationsService } from '../installations/installations.service.js';
import { LifecycleEventsService } from '../lifecycle/lifecycle-events.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { tokenId } from './token-id.js';
import { type TokenOwner } from './token.js';
import { type Lease, TokensRepository } from './tokens.repository.js';

/** Ends tokens: an installation that is gone, a consent that is needed, a link that is withdrawn. */
@Injectable()
export class TokenRemovalService {
  private readonly logger = new Logger(TokenRemovalService.name);

  constructor(
    private readonly config: HangarConfig,
    private readonly installations: InstallationsService,
    private readonly tokens: TokensRepository,
    private readonly lifecycle: LifecycleEventsService,
    private readonly cache: TokenCacheService,
  ) {}

  /** Wipes a bot's token and marks its installation as gone, which is told to the app once. */
  async removeBot(owner: TokenOwner, at: Date): Promise<void> {
    const id = tokenId(owner);
    const installation =
      owner.kind === 'bot' ? await this.installations.findById(owner.installationId) : undefined;
    await this.installations.transaction(async (transaction) => {
      if (installation) await this.uninstall(transaction, installation, at);
      else await this.tokens.revoke(id, transaction);
    });
    this.cache.delete(id);
  }

  /** The same in the caller's transaction; what is in memory of the token lives a few seconds longer. */
  async uninstall(transaction: EntityManager, installation: Installation, at: Date): Promise<void> {
    const gone = await this.installations.uninstall(transaction, installation, at);
    await this.tokens.revoke(tokenId(botOf(installation)), transaction);
    if (!gone) return;
    const { id, workspaceSlug: workspace } = installation;
    await this.lifecycle.publish(transaction, { name: 'installation.removed', installationId: id });
    this.logger.warn({ msg: 'uninstalled: the tokens of the workspace are wiped', workspace });
  }

  /** Books that only the person can bring the token back. Resolves with false where the lease was lost. */
  async needConsent(owner: TokenOwner, lease: Lease, reason: string): Promise<boolean> {
    const written = await this.installations.transaction(async (transaction) => {
      if (!(await this.tokens.needsConsent(lease, reason, transaction))) return false;
      if (owner.kind === 'user') {
        const { planeUserId } = owner;
        await this.lifecycle.publish(transaction, { name: 'token.needs_consent', planeUserId, reason });
      }
      return true;
    });
    this.cache.delete(lease.id);
    return written;
  }

  /** Wipes what a person let the app do in their name. Resolves with false where there was nothing. */
  async revokeUser(planeUserId: string): Promise<boolean> {
    const id = tokenId({ kind: 'user', baseUrl: this.config.planeBaseUrl, planeUserId });
    const revoked = await this.installations.transaction((transaction) =>
      this.tokens.revoke(id, transaction),
    );
    this.cache.delete(id);
    return revoked;
  }
}

/** The owner of a bot's token. */
export function botOf({ baseUrl, id }: Pick<Installation, 'baseUrl' | 'id'>): TokenOwner {
  return { kind: 'bot', baseUrl, installationId: id };
}
