import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Secret } from '../../common/secret.js';
import { type PlaneConnection } from '../../config/plane-connection.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { LinksService } from '../../identity/people/links.service.js';
import { unusableSubject } from '../../identity/people/people.errors.js';
import { isSubject } from '../../identity/profile.js';
import { type Installation } from '../../installations/installation.js';
import { PlaneError } from '../../plane/plane.error.js';
import { PlaneOAuthService } from '../../plane/plane-oauth.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { LinkNeededError, userElsewhere } from './user.errors.js';

/** A user who is named by the id in Plane, or a person who is named by the subject at the identity provider. */
export type UserName = { readonly planeUserId: string } | { readonly subject: string };

const CACHE_SIZE = 10_000;
/** A user who leaves the workspace is refused after this time; Plane refuses their calls at once. */
const CACHE_MS = 600_000;
const UNAUTHORIZED = 401;
/** What else a handler passes names no user: nothing waits for a consent of it. */
const USER_ID = /^[\x21-\x7e]{1,255}$/;
const NO_ACCESS = new Set([403, 404]);

/**
 * Access tokens of users for runs in a workspace. A run may act only as a user to whom Plane shows the app in that workspace:
 * who can send events of one workspace must not act there, or anywhere, as a user of another.
 */
@Injectable()
export class WorkspaceUsersService {
  private readonly seen = new LRUCache<string, true>({ max: CACHE_SIZE, ttl: CACHE_MS });

  constructor(
    private readonly tokens: TokensService,
    private readonly links: LinksService,
    private readonly plane: PlaneOAuthService,
    private readonly connections: PlaneConnections,
  ) {}

  /**
   * A live access token of the user.
   *
   * @param rejected a token that Plane has just rejected
   * @throws {DomainError} `consent_needed`, `plane_user_elsewhere`, `subject_unusable`, those of {@link TokensService.accessToken}
   */
  async accessToken(user: UserName, installation: Installation, rejected?: Secret): Promise<Secret> {
    const { connectionId, baseUrl } = installation;
    const plane = { id: connectionId, baseUrl };
    const planeUserId = 'subject' in user ? await this.linkedTo(user.subject, plane) : user.planeUserId;
    if (!USER_ID.test(planeUserId)) throw userElsewhere(JSON.stringify(planeUserId), installation.workspaceSlug);
    const token = await this.tokens.accessToken({ planeUserId, connectionId }, rejected);
    return this.seenIn(installation, planeUserId, token);
  }

  /**
   * The Plane user that the subject has linked in the connection's Plane.
   *
   * @throws {DomainError} `consent_needed`, `subject_unusable`
   */
  async linkedTo(subject: string, connection: Pick<PlaneConnection, 'id' | 'baseUrl'>): Promise<string> {
    if (!isSubject(subject)) throw unusableSubject();
    const planeUserId = await this.links.planeUserOf(subject, connection.baseUrl);
    if (planeUserId === undefined) throw new LinkNeededError(subject, connection);
    return planeUserId;
  }

  private async seenIn(installation: Installation, planeUserId: string, token: Secret): Promise<Secret> {
    const key = `${installation.id}/${planeUserId}`;
    if (this.seen.has(key)) return token;
    const [found, live] = await this.ask(installation, planeUserId, token);
    if (!found) throw userElsewhere(planeUserId, installation.workspaceSlug);
    this.seen.set(key, true);
    return live;
  }

  /** Whether Plane shows the installation to the user, and the token that it was asked with: a rejected one is replaced once. */
  private async ask(installation: Installation, planeUserId: string, token: Secret): Promise<[boolean, Secret]> {
    try {
      return [await this.isShown(installation, token), token];
    } catch (error) {
      if (!(error instanceof PlaneError) || error.planeStatus !== UNAUTHORIZED) throw error;
      const { connectionId } = installation;
      const other = await this.tokens.accessToken({ planeUserId, connectionId }, token);
      return [await this.isShown(installation, other), other];
    }
  }

  private async isShown(installation: Installation, token: Secret): Promise<boolean> {
    const { installationId, workspaceId } = installation;
    try {
      const found = await this.plane.readInstallation(token, installationId, this.connections.of(installation));
      return found?.workspace_detail.id === workspaceId;
    } catch (error) {
      if (error instanceof PlaneError && NO_ACCESS.has(error.planeStatus ?? 0)) return false;
      throw error;
    }
  }
}
