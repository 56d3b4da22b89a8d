import { Injectable } from '@nestjs/common';
import { DEFAULT_CONNECTION, type OAuthConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { editionWithoutOAuth, unknownConnection } from '../plane/plane.error.js';
import { connectionNeeded } from './oauth.errors.js';

/** The connections that consents are for. */
@Injectable()
export class ConsentConnectionsService {
  constructor(private readonly connections: PlaneConnections) {}

  /** Whether a consent could be for one of several connections. */
  get severalPossible(): boolean {
    return this.connections.withApps.length > 1;
  }

  /**
   * The connection of a consent; without an id that without a name, or the only one that has consents.
   *
   * @throws {DomainError} `oauth_unavailable`, `connection_unknown`, `connection_needed`
   */
  requireConnection(id: string | undefined): OAuthConnection {
    const { withApps, all } = this.connections;
    const found = id === undefined ? this.unnamed() : all.find((each) => each.id === id);
    if (found === undefined && id !== undefined) throw unknownConnection(id);
    if (withApps.length === 0 || found?.mode === 'api-key')
      throw editionWithoutOAuth('The app is installed in the workspace of its key, without anything to do here.');
    if (found === undefined) throw connectionNeeded(withApps.map((each) => each.id));
    return found;
  }

  private unnamed(): OAuthConnection | undefined {
    const { withApps } = this.connections;
    const [only] = withApps;
    return withApps.find(({ id }) => id === DEFAULT_CONNECTION) ?? (withApps.length === 1 ? only : undefined);
  }
}
