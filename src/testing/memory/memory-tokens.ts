import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Secret } from '../../common/secret.js';
import {
  type InstallParticipant,
  InstallParticipantsRegistry,
} from '../../installations/install-participants.registry.js';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type Grant } from '../../plane/plane-answers.js';
import { PlaneOAuthService } from '../../plane/plane-oauth.service.js';
import { QueueService } from '../../queue/queue.service.js';
import { ConsentNeededError, installationNotFound } from '../../tokens/tokens.errors.js';
import { type TokenHolder, type TokensService } from '../../tokens/tokens.service.js';

type Used = 'accessToken' | 'freshBotToken' | 'hasConsented' | 'storeUser' | 'onInstall' | 'onUninstall';

/** The tokens of an app in memory. A rejected bot token is minted again; users' are not refreshed. */
@Injectable()
export class MemoryTokens implements InstallParticipant, Pick<TokensService, Used> {
  private readonly bots = new Map<string, Secret>();
  private readonly users = new Map<string, Secret>();

  constructor(
    private readonly plane: PlaneOAuthService,
    private readonly installations: InstallationsService,
    private readonly queue: QueueService,
    participants: InstallParticipantsRegistry,
  ) {
    participants.add(this);
  }

  async accessToken(holder: TokenHolder, rejected?: Secret): Promise<Secret> {
    if ('id' in holder) return this.botToken(holder.id, rejected);
    const token = this.users.get(holder.planeUserId);
    if (!token || token.reveal() === rejected?.reveal())
      throw new ConsentNeededError({ kind: 'user', baseUrl: 'Plane', planeUserId: holder.planeUserId });
    return token;
  }

  async freshBotToken({ id }: Installation): Promise<Secret | undefined> {
    return this.bots.get(id);
  }

  async hasConsented(planeUserId: string): Promise<boolean> {
    return this.users.has(planeUserId);
  }

  async storeUser(planeUserId: string, { accessToken }: Grant): Promise<void> {
    this.users.set(planeUserId, accessToken);
    await this.installations.transaction((transaction) => this.queue.unpark(transaction, `consent:${planeUserId}`));
  }

  async onInstall(_: EntityManager, { id }: Installation, grant?: Grant): Promise<void> {
    if (grant) this.bots.set(id, grant.accessToken);
  }

  async onUninstall(_: EntityManager, { id }: Installation): Promise<void> {
    this.bots.delete(id);
  }

  private async botToken(id: string, rejected: Secret | undefined): Promise<Secret> {
    const token = this.bots.get(id);
    if (token && token.reveal() !== rejected?.reveal()) return token;
    const installation = await this.installations.findById(id);
    if (installation?.status !== 'installed') throw installationNotFound(installation?.installationId ?? id);
    const { accessToken } = await this.plane.mintBotToken(installation.installationId);
    this.bots.set(id, accessToken);
    return accessToken;
  }
}
