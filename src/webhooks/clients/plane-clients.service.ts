import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { Injectable } from '@nestjs/common';
import { type Secret } from '../../common/secret.js';
import { Drain } from '../../config/drain.js';
import { PlaneConnections } from '../../config/plane-connections.js';
import { type Installation } from '../../installations/installation.js';
import { InstallationsService } from '../../installations/installations.service.js';
import { type CallPriority } from '../../plane/call-priority.js';
import { type ClientOptions, PlaneClientFactory, type TokenSupplier } from '../../plane/plane-client.factory.js';
import { keyBudget } from '../../plane/plane-key.service.js';
import { InstallationStatusService } from '../../tokens/installation-status.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { type UserName, WorkspaceUsersService } from './workspace-users.service.js';

/** How a client calls that is used outside of an event. */
export interface PlaneClientOptions {
  /** Aborts its calls; the shutdown of the process does too, at its end. */
  readonly signal?: AbortSignal;
  /** Default `handler`; `background` leaves half of the calls that Plane allows to others, `interactive` takes the last one. */
  readonly callPriority?: CallPriority;
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
   */
  forInstallation(workspace: string | Installation, options: PlaneClientOptions = {}): PlaneClient {
    const load = async (): Promise<Installation> => this.installations.requireInstalled(workspace);
    const renamedSlug = async (old: string): Promise<string | undefined> => {
      const installation = await load();
      return this.renamedSlug(installation, [installation.workspaceSlug], old);
    };
    return this.factory.create(this.botTokens(load), { ...this.callsOf(options), renamedSlug });
  }

  /**
   * Acts as a user who has consented, by their id in Plane. Calls fail with `consent_needed` without a consent. Unlike
   * `context.planeAs` it acts in every workspace of that user: do not pass an id that an event of another workspace named.
   */
  forUser(planeUserId: string, options: PlaneClientOptions = {}): PlaneClient {
    const supplier: TokenSupplier = {
      live: () => this.tokens.accessToken({ planeUserId }),
      insteadOf: (rejected) => this.tokens.accessToken({ planeUserId }, rejected),
      budgetKey: userBudget({ planeUserId }),
    };
    return this.factory.create(supplier, this.callsOf(options));
  }

  /** The same for the Plane user that a person has linked, by the person's subject at the identity provider. */
  forSubject(subject: string, options: PlaneClientOptions = {}): PlaneClient {
    const holder = async (): Promise<{ planeUserId: string }> => ({ planeUserId: await this.users.linkedTo(subject) });
    const supplier: TokenSupplier = {
      live: async () => this.tokens.accessToken(await holder()),
      insteadOf: async (rejected) => this.tokens.accessToken(await holder(), rejected),
      budgetKey: userBudget({ subject }),
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
      live: () => this.users.accessToken(user, installation),
      insteadOf: (rejected) => this.users.accessToken(user, installation, rejected),
      budgetKey: userBudget(user),
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
    const connection = this.connections.default;
    const live = async (): Promise<Secret> => this.tokens.accessToken(await load());
    if (connection.mode === 'api-key') {
      const budgetKey = keyBudget(connection.key.secret);
      return { connection, live, budgetKey, whenDenied: async () => this.statuses.whyDenied(await load()) };
    }
    return {
      connection,
      live,
      insteadOf: async (rejected) => this.tokens.accessToken(await load(), rejected),
      budgetKey: async () => `bot:${(await load()).id}`,
    };
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
function userBudget(user: UserName): string {
  return 'subject' in user ? `subject:${user.subject}` : `user:${user.planeUserId}`;
}
