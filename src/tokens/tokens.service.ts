import { Injectable } from '@nestjs/common';
import { type Secret } from '../common/secret.js';
import { HangarConfig } from '../config/hangar-config.js';
import { type Installation } from '../installations/installation.js';
import { type Grant } from '../plane/plane-answers.js';
import { type TokenOwner } from './token.js';
import { TokenRenewalService } from './token-renewal.service.js';
import { TokenStoreService } from './token-store.service.js';

/** Gives live access tokens: the app's bot in a workspace, and people who consented. */
@Injectable()
export class TokensService {
  constructor(
    private readonly config: HangarConfig,
    private readonly store: TokenStoreService,
    private readonly renewal: TokenRenewalService,
  ) {}

  /** Keeps what an install brought. */
  async storeBot(installation: Installation, grant: Grant): Promise<void> {
    await this.store.put(botOf(installation), grant);
  }

  /** Keeps what a user's consent brought. */
  async storeUser(planeUserId: string, grant: Grant): Promise<void> {
    await this.store.put(this.userOf(planeUserId), grant);
  }

  /**
   * A live token of the app's bot, renewed when it is due.
   *
   * @throws {PlaneError} it is dead and cannot be renewed now; {@link DomainError} it cannot be read
   */
  async accessTokenFor(installation: Installation): Promise<Secret> {
    const owner = botOf(installation);
    return this.renewal.liveToken(owner, installation.installationId);
  }

  /**
   * A live token of a Plane user who consented, renewed when it is due.
   *
   * @throws {DomainError} `consent_needed`: the user has not consented, or must again
   */
  async accessTokenForUser(planeUserId: string): Promise<Secret> {
    return this.renewal.liveToken(this.userOf(planeUserId));
  }

  /** The same two for a token that Plane has just refused although it should be live: renewed once for all callers. */
  async accessTokenInsteadOf(refused: Secret, installation: Installation): Promise<Secret> {
    return this.renewal.liveToken(botOf(installation), installation.installationId, refused);
  }

  /** See {@link accessTokenInsteadOf}. */
  async userTokenInsteadOf(refused: Secret, planeUserId: string): Promise<Secret> {
    return this.renewal.liveToken(this.userOf(planeUserId), undefined, refused);
  }

  private userOf(planeUserId: string): TokenOwner {
    return { kind: 'user', baseUrl: this.config.planeBaseUrl, planeUserId };
  }
}

function botOf({ baseUrl, id }: Installation): TokenOwner {
  return { kind: 'bot', baseUrl, installationId: id };
}
