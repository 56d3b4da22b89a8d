import { Injectable, Logger } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { DomainError } from '../common/domain-error.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { InstallAppService } from '../installations/install-app.service.js';
import { type Installation } from '../installations/installation.js';
import { InstallationsService, isInstalled } from '../installations/installations.service.js';
import { KEY_APPLICATION, KeyInstallationsService } from '../installations/key-installations.service.js';
import { PlaneError } from '../plane/plane.error.js';
import { type PlaneInstallation } from '../plane/plane-answers.js';
import { PlaneOAuthService } from '../plane/plane-oauth.service.js';
import { TokensService } from './tokens.service.js';

const UNAUTHORIZED = 401;
const MAX_INSTALLATIONS = 10_000;
/** What is not found is common, a renamed workspace is rare: no more requests than this, by one process. */
const MIN_INTERVAL_MS = 10_000;

/** Asks Plane for the state of installations, and stores a new name or slug of the workspace, or the uninstall. */
@Injectable()
export class InstallationStatusService {
  private readonly logger = new Logger(InstallationStatusService.name);
  /** Requests of the last seconds, by our ids of the installations. */
  private readonly recent = new LRUCache<string, Promise<void>>({ max: MAX_INSTALLATIONS, ttl: MIN_INTERVAL_MS });

  constructor(
    private readonly installations: InstallationsService,
    private readonly installs: InstallAppService,
    private readonly tokens: TokensService,
    private readonly plane: PlaneOAuthService,
    private readonly connections: PlaneConnections,
    private readonly keys: KeyInstallationsService,
  ) {}

  /** Asks now. @throws {DomainError} there is no token, or the API key does not work; {@link PlaneError} */
  async check(installation: Installation): Promise<void> {
    const connection = this.connections.of(installation);
    if (!connection) return; // it is another Plane's, or of a connection that is configured no more
    if (connection.mode === 'api-key') {
      if (installation.applicationId === KEY_APPLICATION) await this.keys.check(connection);
      return; // one of an app cannot be checked with a key
    }
    const found = await this.read(installation);
    if (found && isInstalled(found)) return this.installations.update(installation, found);
    await this.installs.uninstall(installation, found?.deleted_at ? new Date(found.deleted_at) : undefined);
  }

  /**
   * The present slug of a workspace that Plane does not find under that one; `undefined` where it has no other. Plane is
   * asked unless this process asked in the last 10 s. Never rejects: the slug is then unknown.
   */
  async renamedSlug({ id }: Installation, slug: string): Promise<string | undefined> {
    try {
      const stored = await this.installations.findById(id);
      if (stored?.status !== 'installed' || stored.applicationId === KEY_APPLICATION) return undefined;
      if (stored.workspaceSlug !== slug) return stored.workspaceSlug;
      await this.checkOnce(stored);
      const checked = await this.installations.findById(id);
      return checked?.status === 'installed' && checked.workspaceSlug !== slug ? checked.workspaceSlug : undefined;
    } catch (err) {
      this.logger.warn({ msg: 'installation check failed', workspace: slug, err });
      return undefined;
    }
  }

  /**
   * The error that says why Plane denies a call with an API key; `undefined` where the key itself works. Plane is asked
   * unless this process asked in the last 10 s. Never rejects.
   */
  async whyDenied(installation: Installation): Promise<Error | undefined> {
    try {
      await this.checkOnce(installation);
      return undefined;
    } catch (error) {
      return error instanceof DomainError && !(error instanceof PlaneError) ? error : undefined;
    }
  }

  private async checkOnce(installation: Installation): Promise<void> {
    const check = this.recent.get(installation.id) ?? this.check(installation);
    this.recent.set(installation.id, check, { noUpdateTTL: true });
    await check;
  }

  private async read(installation: Installation): Promise<PlaneInstallation | undefined> {
    const { installationId } = installation;
    const connection = this.connections.of(installation);
    const token = await this.tokens.accessToken(installation);
    try {
      return await this.plane.readInstallation(token, installationId, connection);
    } catch (error) {
      if (!(error instanceof PlaneError) || error.planeStatus !== UNAUTHORIZED) throw error;
      return this.plane.readInstallation(
        await this.tokens.accessToken(installation, token),
        installationId,
        connection,
      );
    }
  }
}
