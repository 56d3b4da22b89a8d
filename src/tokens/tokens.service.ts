import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Secret } from '../common/secret.js';
import { HangarConfig } from '../config/hangar-config.js';
import { type Installation } from '../installations/installation.js';
import { type Grant } from '../plane/plane-answers.js';
import { QueueService } from '../queue/queue.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { tokenId } from './token-id.js';
import { botOf } from './token-removal.service.js';
import { type TokenOwner } from './token.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenSupplyService } from './token-supply.service.js';

/** Gives live access tokens: the app's bot in a workspace, and people who consented. */
@Injectable()
export class TokensService {
  constructor(
    private readonly config: HangarConfig,
    private readonly store: TokenStoreService,
    private readonly supply: TokenSupplyService,
    private readonly cache: TokenCacheService,
    private readonly dataSource: DataSource,
    private readonly queue: QueueService,
  ) {}

  /** Keeps what a user's consent brought, and lets the events go on that waited for it. */
  async storeUser(planeUserId: string, grant: Grant): Promise<void> {
    const owner = this.userOf(planeUserId);
    await this.dataSource.transaction(async (transaction) => {
      await this.store.put(owner, grant, transaction);
      await this.queue.unpark(transaction, `consent:${planeUserId}`);
    });
    this.cache.delete(tokenId(owner));
  }

  /**
   * A live token of the app's bot, renewed when it is due. Nothing but memory is asked within a few seconds.
   *
   * @throws {PlaneError} it is dead and cannot be renewed now; {@link DomainError} `installation_gone`, or it
   *   cannot be read
   */
  async accessTokenFor(installation: Installation): Promise<Secret> {
    return this.supply.liveToken(botOf(installation));
  }

  /**
   * A live token of a Plane user who consented, renewed when it is due.
   *
   * @throws {DomainError} `consent_needed`: the user has not consented, or must again
   */
  async accessTokenForUser(planeUserId: string): Promise<Secret> {
    return this.supply.liveToken(this.userOf(planeUserId));
  }

  /** Whether there is a token of that person that lives or can be renewed. */
  async hasConsented(planeUserId: string): Promise<boolean> {
    const token = await this.store.find(tokenId(this.userOf(planeUserId)));
    return token !== undefined && token !== 'revoked' && token.state === 'live';
  }

  /** The same two for a token that Plane has just refused although it should be live: renewed once for all callers. */
  async accessTokenInsteadOf(refused: Secret, installation: Installation): Promise<Secret> {
    return this.supply.liveToken(botOf(installation), refused);
  }

  /** See {@link accessTokenInsteadOf}. */
  async userTokenInsteadOf(refused: Secret, planeUserId: string): Promise<Secret> {
    return this.supply.liveToken(this.userOf(planeUserId), refused);
  }

  private userOf(planeUserId: string): TokenOwner {
    return { kind: 'user', baseUrl: this.config.planeBaseUrl, planeUserId };
  }
}
