import { Injectable } from '@nestjs/common';
import { type Actor } from '../audit/actor.js';
import { AuditService } from '../audit/audit.service.js';
import { SingleFlight } from '../common/single-flight.js';
import { InstallAppService } from '../installations/install-app.service.js';
import { type Installation } from '../installations/installation.js';
import { InstallationsService, isInstalled } from '../installations/installations.service.js';
import { type OAuthConnection } from '../config/plane-connection.js';
import { PlaneError } from '../plane/plane.error.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { TokensService } from '../tokens/tokens.service.js';
import { CallbackThrottle } from './callback-throttle.js';
import { installationNotProven } from './oauth.errors.js';

/** Any version of RFC 9562. */
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;
const SHARED_MS = 60_000;
const UNAUTHORIZED = 401;
/** An admin who consents again wants a new token, for example of more scopes. */
const FRESH_SECONDS_OF_CONSENT = 60;

/** The installation that a callback names. */
export interface NamedInstallation {
  readonly id: string;
  /** The browser of the callback started the consent here. */
  readonly startedHere: boolean;
  /** The client's. */
  readonly address: string;
  readonly by: Actor;
  readonly connection: OAuthConnection;
}

/** Takes in installations that callbacks name. Any client can send a callback: Plane proves what it says. */
@Injectable()
export class InstallationConsentsService {
  private readonly flights = new Map<string, SingleFlight<Installation>>();

  constructor(
    private readonly throttle: CallbackThrottle,
    private readonly plane: PlaneOAuthService,
    private readonly installations: InstallationsService,
    private readonly installs: InstallAppService,
    private readonly tokens: TokensService,
    private readonly audit: AuditService,
  ) {}

  /**
   * Asks Plane about the installation and stores it. Concurrent calls for one id share one; no token is minted while there
   * is a fresh one.
   *
   * @throws {DomainError} `installation_not_proven`, `oauth_callbacks_limited`; {@link PlaneError}
   */
  async install(named: NamedInstallation): Promise<Installation> {
    if (!UUID.test(named.id)) throw installationNotProven();
    const id = named.id.toLowerCase();
    const key = `${named.startedHere} ${named.connection.id} ${id}`;
    const flight = this.flights.get(key) ?? new SingleFlight(async () => this.prove({ ...named, id }), SHARED_MS);
    this.flights.set(key, flight);
    return flight.run().finally(() => this.flights.delete(key));
  }

  private async prove(named: NamedInstallation): Promise<Installation> {
    this.throttle.acquireInstall(named.id, named.startedHere, named.address);
    const known = await this.installations.findByPlaneId(named.id, named.connection);
    return (known && (await this.confirm(known, named))) ?? this.mint(named);
  }

  /** A known installation, confirmed with its own token; `undefined` where that token cannot do so. */
  private async confirm(
    known: Installation,
    { id, startedHere, connection }: NamedInstallation,
  ): Promise<Installation | undefined> {
    if (known.status !== 'installed') return undefined;
    const token = await this.tokens.freshBotToken(known, startedHere ? FRESH_SECONDS_OF_CONSENT : Infinity);
    const found = token && (await this.plane.readInstallation(token, id, connection).catch(undefinedIfUnauthorized));
    if (!found || !isInstalled(found)) return undefined;
    await this.installations.update(known, found);
    return this.installations.findById(known.id);
  }

  /** Plane mints a token for an installation of this app only, and returns the installation for that token. */
  private async mint({ id, by, connection }: NamedInstallation): Promise<Installation> {
    const grant = await this.plane.mintBotToken(id, connection).catch((error: unknown) => {
      throw error instanceof PlaneError && error.planeCode === 'invalid_grant' ? installationNotProven() : error;
    });
    const found = await this.plane.readInstallation(grant.accessToken, id, connection);
    if (!found || !isInstalled(found)) throw installationNotProven();
    const { slug: workspace } = found.workspace_detail;
    return this.audit.audited(
      { by, action: 'installation.add', target: `installation/${id}`, details: { workspace } },
      () => this.installs.install(found, grant, connection),
    );
  }
}

function undefinedIfUnauthorized(error: unknown): undefined {
  if (error instanceof PlaneError && error.planeStatus === UNAUTHORIZED) return undefined;
  throw error;
}
