import { hostname } from 'node:os';
import { Injectable, Logger } from '@nestjs/common';
import { AuditService } from '../audit/audit.service.js';
import { DomainError } from '../common/domain-error.js';
import { type KeyConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { type PlaneInstallation } from '../plane/plane-answers.js';
import { type KeyAccess, PlaneKeyService } from '../plane/plane-key.service.js';
import { PlaneError } from '../plane/plane.error.js';
import { QueueService } from '../queue/queue.service.js';
import { type ConnectionState } from './connection-state.js';
import { type ConnectionStateEntity } from './connection-state.entity.js';
import { ConnectionStatesRepository } from './connection-states.repository.js';
import { InstallAppService } from './install-app.service.js';
import { type Installation } from './installation.js';
import { InstallationsService } from './installations.service.js';

/** A connection with an API key, as its last check found it. */
export type CheckedConnection = Readonly<ConnectionStateEntity>;

/** Finds the id of a connection's workspace where Plane's API does not show it. */
export type WorkspaceSource = (connection: KeyConnection) => Promise<string | undefined>;

/** The application of installations that are made from an API key: no id of Plane's has this form. */
export const KEY_APPLICATION = 'api-key';

const STATE_OF_ERROR: Readonly<Record<string, ConnectionState>> = {
  plane_key_rejected: 'key_rejected',
  plane_workspace_denied: 'workspace_denied',
};
const TOO_MANY = 429;
const EMPTY_HINT =
  "The workspace has no project that the key's user can see, and has sent no webhook: create a project there, or add the user to one.";

/** Makes the installations of connections with an API key, and keeps their state. */
@Injectable()
export class KeyInstallationsService {
  private readonly logger = new Logger(KeyInstallationsService.name);
  private workspaceSource: WorkspaceSource | undefined;

  constructor(
    private readonly connections: PlaneConnections,
    private readonly keys: PlaneKeyService,
    private readonly states: ConnectionStatesRepository,
    private readonly installations: InstallationsService,
    private readonly installs: InstallAppService,
    private readonly audit: AuditService,
    private readonly queue: QueueService,
  ) {}

  /** Sets where else the id of a workspace is found: in its webhooks, which this layer does not know. */
  learnFrom(source: WorkspaceSource): void {
    this.workspaceSource = source;
  }

  /** What the last check of each connection with a key found, of those that are configured. */
  async all(): Promise<CheckedConnection[]> {
    const ids = new Set(this.connections.withKeys.map(({ id }) => id));
    return ids.size === 0 ? [] : (await this.states.all()).filter(({ id }) => ids.has(id));
  }

  /** The state of a connection; `undefined` before its first check. */
  async state(id: string): Promise<ConnectionState | undefined> {
    return (await this.states.find(id))?.state;
  }

  /**
   * Examines the key, stores what is found, and makes or updates the installation.
   *
   * @throws {DomainError} `plane_key_rejected`, `plane_workspace_denied`; {@link PlaneError} Plane cannot be reached
   */
  async check(connection: KeyConnection): Promise<void> {
    try {
      const access = await this.keys.examine(connection);
      const workspaceId = access.workspaceId ?? (await this.workspaceSource?.(connection));
      if (workspaceId === undefined) return await this.record(connection, 'workspace_empty', EMPTY_HINT);
      await this.install(connection, { ...access, workspaceId });
      await this.record(connection, 'working');
    } catch (error) {
      const state = stateOf(error);
      if (state && error instanceof DomainError) await this.record(connection, state, error.detail);
      throw error;
    }
  }

  /** Events that waited for the key are released in the transaction that says that it works. */
  private async record(connection: KeyConnection, state: ConnectionState, detail?: string): Promise<void> {
    const { id } = connection;
    const before = await this.states.find(id);
    const released = await this.installations.transaction(async (transaction) => {
      await this.states.record(transaction, connection, state, detail);
      return state === 'working' ? this.queue.unpark(transaction, `key:${id}`) : 0;
    });
    if (before?.state === state) return;
    const facts = { connection: id, workspace: connection.key.workspaceSlug, state };
    if (state === 'working') this.logger.log({ msg: 'the API key works', ...facts, released });
    else this.logger.warn({ msg: 'the connection to Plane does not work', ...facts, detail });
  }

  private async install(connection: KeyConnection, access: Required<KeyAccess>): Promise<void> {
    const plane = asInstallation(connection, access);
    const known = await this.installations.findByWorkspace(access.workspaceId, connection.id);
    if (known && isMadeFrom(known, plane)) {
      if (known.botUserId !== plane.app_bot || known.workspaceSlug !== plane.workspace_detail.slug)
        await this.installations.update(known, plane);
    } else await this.installAudited(plane, connection);
    await this.uninstallOthers(connection, access.workspaceId);
  }

  private async installAudited(plane: PlaneInstallation, connection: KeyConnection): Promise<void> {
    const { slug: workspace } = plane.workspace_detail;
    const target = `installation/${plane.id}`;
    await this.audit.audited(
      { by: { kind: 'server', id: hostname() }, action: 'installation.add', target, details: { workspace } },
      async () => this.installs.install(plane, undefined, connection),
    );
  }

  /** `PLANE_WORKSPACE` named other workspaces before. */
  private async uninstallOthers({ id }: KeyConnection, workspaceId: string): Promise<void> {
    for (const each of await this.installations.all()) {
      const isOwn = each.applicationId === KEY_APPLICATION && each.connectionId === id;
      if (isOwn && each.status === 'installed' && each.workspaceId !== workspaceId) await this.installs.uninstall(each);
    }
  }
}

function stateOf(error: unknown): ConnectionState | undefined {
  if (error instanceof PlaneError)
    return error.kind === 'aborted' || error.planeStatus === TOO_MANY ? undefined : 'unreachable';
  return error instanceof DomainError ? STATE_OF_ERROR[error.code] : undefined;
}

function isMadeFrom(known: Installation, { id }: PlaneInstallation): boolean {
  return known.status === 'installed' && known.applicationId === KEY_APPLICATION && known.installationId === id;
}

/** The installation that Plane would show, if this edition had apps. It shows no name of the workspace either. */
function asInstallation({ key }: KeyConnection, { userId, workspaceId }: Required<KeyAccess>): PlaneInstallation {
  const { workspaceSlug: slug } = key;
  return {
    id: `${KEY_APPLICATION}:${workspaceId}`,
    status: 'installed',
    application: KEY_APPLICATION,
    app_bot: userId,
    workspace: workspaceId,
    workspace_detail: { id: workspaceId, slug, name: slug },
  } as PlaneInstallation;
}
