import { hostname } from 'node:os';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { DomainError } from '../common/domain-error.js';
import { type Secret } from '../common/secret.js';
import { DEFAULT_CONNECTION, type KeyConnection, type PlaneConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import {
  type InstallParticipant,
  InstallParticipantsRegistry,
} from '../installations/install-participants.registry.js';
import { type Installation } from '../installations/installation.js';
import { type Grant } from '../plane/plane-answers.js';
import { editionWithoutOAuth } from '../plane/plane.error.js';
import { QueueService } from '../queue/queue.service.js';
import { TokenCacheService } from './token-cache.service.js';
import { type RevocableSecrets, TokenRevocationsService } from './token-revocations.service.js';
import { TokenStoreService } from './token-store.service.js';
import { TokenSupplyService } from './token-supply.service.js';
import { isDue, TokenTiming } from './token-timing.js';
import { botOf, tokenId, type TokenOwner } from './token.js';

/** Whom the app acts as: its bot in an installation, or a Plane user who consented. */
export type TokenHolder =
  | (Pick<Installation, 'baseUrl' | 'id'> & Partial<Pick<Installation, 'connectionId'>>)
  | {
      readonly planeUserId: string;
      /** By whose app; default: the connection without a name. */
      readonly connectionId?: string | undefined;
    };

/** Access tokens of the app's bots and of users who consented. */
@Injectable()
export class TokensService implements InstallParticipant {
  /** What uninstalls that have not committed yet revoke at Plane. */
  private readonly uninstalled = new WeakMap<Installation, RevocableSecrets>();

  constructor(
    private readonly connections: PlaneConnections,
    private readonly store: TokenStoreService,
    private readonly supply: TokenSupplyService,
    private readonly cache: TokenCacheService,
    private readonly dataSource: DataSource,
    private readonly timing: TokenTiming,
    private readonly queue: QueueService,
    private readonly revocations: TokenRevocationsService,
    participants: InstallParticipantsRegistry,
  ) {
    participants.add(this);
  }

  /**
   * A live access token, refreshed when it is due. Within a few seconds it comes from memory. Of a connection with an API
   * key it is that key.
   *
   * @param rejected a token that Plane has just rejected although it should be live: replaced once for all callers
   * @throws {DomainError} `consent_needed`, `installation_gone`, `token_renewal_delayed`, `oauth_unavailable`; {@link PlaneError}
   */
  async accessToken(holder: TokenHolder, rejected?: Secret): Promise<Secret> {
    const connection = this.connectionOf(holder);
    if (connection?.mode === 'api-key') return keyOf(connection, holder);
    const owner = this.ownerOf(holder);
    const id = tokenId(owner);
    const cached = this.cache.get(id);
    if (cached && !rejected) return cached;
    if (cached && cached.reveal() === rejected?.reveal()) this.cache.delete(id);
    return this.supply.load({ id, owner, rejected });
  }

  /**
   * The stored token of a bot, if it is not due and was obtained within that time; one that cannot be decrypted counts as
   * none.
   */
  async freshBotToken(installation: Installation, maxAgeSeconds: number): Promise<Secret | undefined> {
    const token = await this.store.find(botOf(installation)).catch((error: unknown) => {
      if (error instanceof DomainError) return undefined;
      throw error;
    });
    if (!token || token === 'revoked' || token.state !== 'live') return undefined;
    const isFresh = token.ageMs < maxAgeSeconds * 1000 && !isDue(token, this.timing.now());
    return isFresh ? token.accessToken : undefined;
  }

  /** Whether there is a token of that user that is live or can be refreshed. */
  async hasConsented(planeUserId: string, connectionId?: string): Promise<boolean> {
    const token = await this.store.find(this.ownerOf({ planeUserId, connectionId }));
    return token !== undefined && token !== 'revoked' && token.state === 'live';
  }

  /** Stores the tokens that a user's consent granted, and releases the events parked for it. */
  async storeUser(planeUserId: string, grant: Grant, connectionId?: string): Promise<void> {
    const owner = this.ownerOf({ planeUserId, connectionId });
    await this.dataSource.transaction(async (transaction) => {
      await this.store.put(owner, grant, transaction);
      await this.queue.unpark(transaction, consentOf(planeUserId, connectionId));
    });
    this.cache.delete(tokenId(owner));
  }

  /** Revokes a user's token. Resolves with false where there was none. */
  async revokeUser(planeUserId: string, transaction?: EntityManager, connectionId?: string): Promise<boolean> {
    return this.revokeOwner(this.ownerOf({ planeUserId, connectionId }), transaction);
  }

  /** Revokes the token of that owner. Resolves with false where there was none. */
  async revokeOwner(owner: TokenOwner, transaction?: EntityManager): Promise<boolean> {
    const revoked = await this.store.revoke(owner, transaction);
    const id = tokenId(owner);
    this.cache.delete(id);
    if (transaction) this.cache.deleteAfterCommit(id, transaction);
    return revoked;
  }

  /** Stores the bot's first token. */
  async onInstall(transaction: EntityManager, installation: Installation, grant?: Grant): Promise<void> {
    if (grant) await this.store.put(botOf(installation), grant, transaction);
  }

  /** Revokes the bot's token. */
  async onUninstall(transaction: EntityManager, installation: Installation): Promise<void> {
    const owner = botOf(installation);
    this.uninstalled.set(installation, await this.revocations.secretsOf(tokenId(owner), transaction));
    await this.store.revoke(owner, transaction);
  }

  /** Of an uninstall: Plane may still accept the token, as where an operator's answer or a check was late. */
  afterCommit(installation: Installation): void {
    this.cache.delete(tokenId(botOf(installation)));
    const found = this.uninstalled.get(installation);
    this.uninstalled.delete(installation);
    if (!found || !('secrets' in found)) return;
    const target = `installation/${installation.installationId}`;
    this.revocations.revokeLater(found, { by: { kind: 'server', id: hostname() }, target });
  }

  private ownerOf(holder: TokenHolder): TokenOwner {
    if ('id' in holder) return botOf(holder);
    const { id: connectionId, baseUrl } = this.connectionOf(holder) ?? this.connections.default;
    return { kind: 'user', connectionId, baseUrl, planeUserId: holder.planeUserId };
  }

  private connectionOf(holder: TokenHolder): PlaneConnection | undefined {
    if ('id' in holder) return this.connections.of(holder);
    const { connectionId } = holder;
    return connectionId === undefined ? this.connections.default : this.connections.find(connectionId);
  }
}

function keyOf({ key }: KeyConnection, holder: TokenHolder): Secret {
  if ('id' in holder) return key.secret;
  throw editionWithoutOAuth('The app acts as the user of its key only: use context.plane.');
}

/** What waits for a user's consent to the app of a connection. */
export function consentOf(planeUserId: string, connectionId = DEFAULT_CONNECTION): `consent:${string}` {
  return connectionId === DEFAULT_CONNECTION ? `consent:${planeUserId}` : `consent:${connectionId}/${planeUserId}`;
}
