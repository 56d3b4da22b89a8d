import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { Drain } from '../../config/drain.js';
import { DEFAULT_CONNECTION, type KeyConnection, type PlaneConnection } from '../../config/plane-connection.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type CallPriority } from '../../plane/call-priority.js';
import { type ClientOptions, PlaneClientFactory, type TokenSupplier } from '../../plane/plane-client.factory.js';
import { keyBudget } from '../../plane/plane-key.service.js';
import { unknownConnection } from '../../plane/plane.error.js';
import { InstallationStatusService } from '../../tokens/installation-status.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { type UserName, WorkspaceUsersService } from './workspace-users.service.js';

/** How a client calls that is used outside of an event. */
export interface PlaneClientOptions {
  /** Aborts its calls; the shutdown of the process does too, at its end. */
  readonly signal?: AbortSignal;
  /** Default `handler`; `background` leaves half of the calls that Plane allows to others, `interactive` takes the last one. */
  readonly callPriority?: CallPriority;
  /**
   * The id of the connection whose app calls its Plane, where there are several (docs/connections.md). Default: that of the
   * variables `PLANE_…`, else the first one; for a workspace, any in which the app is installed there.
   */
  readonly connection?: string;
}

/**
 * Clients of Plane's API outside of an event: inject it, and use `clients.forInstallation('acme')`. They have the valid
 * tokens, call budgets and retries of `context.plane`.
 */
@Injectable()
export class PlaneClients {
  constructor(
    private readonly factory: PlaneClientFactory,
    private readonly tokens: TokensService,
    private readonly statuses: InstallationStatusService,
    private readonly users: WorkspaceUsersService,
    private readonly installations: InstallationsService,
    private readonly drain: Drain,
    private readonly connections: PlaneConnections,
  ) {}

  /**
   * Acts as the app's bot in a workspace, by its id, its slug or its installation. Calls fail with `installation_unknown` while
   * the app is not installed there.
   *
   * @throws {DomainError} `connection_unknown`
   */
  forInstallation(workspace: string | Installation, options: PlaneClientOptions = {}): PlaneClient {
    const named = this.named(workspace, options);
    const load = async (): Promise<Installation> => this.installations.requireInstalled(named);
    const renamedSlug = async (old: string): Promise<string | undefined> => {
      const installation = await load();
      return this.renamedSlug(installation, [installation.workspaceSlug], old);
    };
    return this.factory.create(this.botTokens(load), { ...this.callsOf(options), renamedSlug });
  }

  /**
   * Acts as a user who has consented, by their id in Plane. Calls fail with `consent_needed` without a consent. Unlike
   * `context.planeAs` it acts in every workspace of that user: do not pass an id that an event of another workspace named.
   *
   * @throws {DomainError} `connection_unknown`
   */
  forUser(planeUserId: string, options: PlaneClientOptions = {}): PlaneClient {
    const connection = this.connectionFor(options);
    const user = { planeUserId, connectionId: connection.id };
    const supplier: TokenSupplier = {
      connection,
      live: () => this.tokens.accessToken(user),
      insteadOf: (rejected) => this.tokens.accessToken(user, rejected),
      budgetKey: userBudget({ planeUserId }, connection.id),
    };
    return this.factory.create(supplier, this.callsOf(options));
  }

  /**
   * The same for the Plane user that a person has linked in the connection's Plane, by the person's subject at the identity
   * provider.
   *
   * @throws {DomainError} `connection_unknown`
   */
  forSubject(subject: string, options: PlaneClientOptions = {}): PlaneClient {
    const connection = this.connectionFor(options);
    const { id: connectionId } = connection;
    const holder = async (): Promise<{ planeUserId: string; connectionId: string }> => {
      return { planeUserId: await this.users.linkedTo(subject, connection), connectionId };
    };
    const supplier: TokenSupplier = {
      connection,
      live: async () => this.tokens.accessToken(await holder()),
      insteadOf: async (rejected) => this.tokens.accessToken(await holder(), rejected),
      budgetKey: userBudget({ subject }, connectionId),
    };
    return this.factory.create(supplier, this.callsOf(options));
  }

  /** Acts as the app's bot for a run, or for Hangar itself. */
  ofBot(installation: Installation, calls: ClientOptions): PlaneClient {
    const renamedSlug = async (old: string): Promise<string | undefined> =>
      this.renamedSlug(installation, [installation.workspaceSlug], old);
    return this.factory.create(
      this.botTokens(async () => installation),
      { renamedSlug, ...calls },
    );
  }

  /** Acts as a user for a run in the workspace: only one to whom Plane shows the app there. */
  ofUser(user: UserName, installation: Installation, calls: ClientOptions): PlaneClient {
    const supplier: TokenSupplier = {
      connection: this.connectionOf(installation),
      live: () => this.users.accessToken(user, installation),
      insteadOf: (rejected) => this.users.accessToken(user, installation, rejected),
      budgetKey: userBudget(user, installation.connectionId),
    };
    return this.factory.create(supplier, calls);
  }

  /**
   * The present slug of a workspace that Plane does not find any more; that of another one is the app's own business.
   *
   * @param own the slugs that the app was given
   */
  async renamedSlug(installation: Installation, own: readonly string[], slug: string): Promise<string | undefined> {
    return own.includes(slug) ? this.statuses.renamedSlug(installation, slug) : undefined;
  }

  /** An API key is the only credential of its Plane: there is none instead of a rejected one. */
  private botTokens(load: () => Promise<Installation>): TokenSupplier {
    const connection = async (): Promise<PlaneConnection> => this.connectionOf(await load());
    const keyOf = async (): Promise<KeyConnection | undefined> => {
      const found = await connection();
      return found.mode === 'api-key' ? found : undefined;
    };
    return {
      connection,
      live: async () => this.tokens.accessToken(await load()),
      insteadOf: async (rejected) => this.tokens.accessToken(await load(), rejected),
      budgetKey: async () => {
        const found = await keyOf();
        return found ? keyBudget(found.key.secret) : `bot:${(await load()).id}`;
      },
      whenDenied: async () => ((await keyOf()) ? this.statuses.whyDenied(await load()) : undefined),
    };
  }

  /** @throws {DomainError} `connection_unknown` */
  private connectionFor({ connection: id }: PlaneClientOptions): PlaneConnection {
    const found = id === undefined ? this.connections.default : this.connections.find(id);
    if (!found) throw unknownConnection(id ?? '');
    return found;
  }

  /** With the connection, unless it is an installation, which has its own. */
  private named(workspace: string | Installation, options: PlaneClientOptions): string | Installation {
    if (typeof workspace !== 'string' || options.connection === undefined) return workspace;
    return `${this.connectionFor(options).id}/${workspace}`;
  }

  private connectionOf(installation: Installation): PlaneConnection {
    return this.connections.of(installation) ?? this.connections.default;
  }

  private callsOf({ signal, callPriority }: PlaneClientOptions): ClientOptions {
    const { abortSignal } = this.drain;
    return {
      signal: signal ? AbortSignal.any([signal, abortSignal]) : abortSignal,
      ...(callPriority && { priority: callPriority }),
    };
  }
}

/** A subject and their Plane user have separate budgets of calls here, although Plane counts them together. */
function userBudget(user: UserName, connectionId = DEFAULT_CONNECTION): string {
  const of = connectionId === DEFAULT_CONNECTION ? '' : `${connectionId}/`;
  return 'subject' in user ? `subject:${of}${user.subject}` : `user:${of}${user.planeUserId}`;
}
