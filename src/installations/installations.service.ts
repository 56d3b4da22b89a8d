import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import DataLoader from 'dataloader';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { postgresText } from '../common/postgres-text.js';
import { planeConfig } from '../config/areas/plane.config.js';
import { type PlaneConnection } from '../config/plane-connection.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { type PlaneInstallation } from '../plane/plane-answers.js';
import { installationUnknown } from './installation.errors.js';
import { type Installation } from './installation.js';
import { type InstallationRow, InstallationsRepository } from './installations.repository.js';
import { type WorkspaceSlug, WorkspaceSlugs } from './workspace-slugs.js';

/** What {@link InstallationsService.record} changed. */
export interface RecordedInstallation {
  readonly installation: Installation;
  /** It was not live before, or had another id in Plane: it is a new install. */
  readonly added: boolean;
  /** Other rows of the same app and workspace that were live: Plane has one live installation in a workspace. */
  readonly superseded: readonly Installation[];
}

interface WorkspaceOf {
  readonly workspaceId: string;
  readonly connectionId: string | undefined;
}

/** Ids of any version, with or without hyphens. */
const ID = /^[\da-f]{8}(-?[\da-f]{4}){3}-?[\da-f]{12}$/i;

/** The workspaces where the app is installed. */
@Injectable()
export class InstallationsService {
  private readonly loader = new DataLoader<WorkspaceOf, Installation | undefined>(
    async (wanted) => {
      const ids = [...new Set(wanted.map(({ workspaceId }) => workspaceId))];
      const found = await this.installations.byWorkspace(this.connections.all, ids);
      const live = found.filter(isLive);
      return wanted.map((one) => [...found, ...live].findLast((each) => isIn(each, one)));
    },
    { cache: false },
  );

  constructor(
    @Inject(planeConfig.KEY) private readonly config: ConfigType<typeof planeConfig>,
    private readonly connections: PlaneConnections,
    private readonly dataSource: DataSource,
    private readonly installations: InstallationsRepository,
  ) {}

  /** Stores a live installation as Plane describes it, in the caller's transaction: a new one, or a second install. */
  async record(
    transaction: EntityManager,
    plane: PlaneInstallation,
    { id: connectionId, baseUrl }: PlaneConnection = this.connections.default,
  ): Promise<RecordedInstallation> {
    const row = rowOf({ connectionId, baseUrl }, plane);
    await this.installations.lock(transaction, row.baseUrl, row.workspaceId);
    const [before, ...others] = await this.installations.rowsOf(transaction, row);
    const installation = await this.installations.save(transaction, before?.id ?? uuid(), row);
    const same = before?.status === 'installed' && before.installationId === row.installationId;
    return { installation, added: !same, superseded: others.filter(isLive) };
  }

  /** Updates a live installation to what Plane says, as a renamed workspace; an uninstalled one stays as it is. */
  async update(installation: Installation, plane: PlaneInstallation): Promise<void> {
    await this.installations.updateLive(installation.id, rowOf(installation, plane));
  }

  /** Marks it as uninstalled, in the caller's transaction. Resolves with false where it already was. */
  async uninstall(transaction: EntityManager, installation: Installation, at?: Date): Promise<boolean> {
    await this.installations.lock(transaction, installation.baseUrl, installation.workspaceId);
    return this.installations.uninstall(transaction, installation.id, at);
  }

  /** Claims installations of a connection whose check with Plane is due, each for one process. */
  async claimForCheck(limit: number, connection = this.connections.default): Promise<Installation[]> {
    return this.installations.claimForCheck(connection, limit, this.config.installationCheckSeconds);
  }

  /**
   * The installation in a workspace, which may be an uninstalled one: by a connection, or else by any that is configured.
   * Concurrent calls share one query.
   */
  async findByWorkspace(workspaceId: string, connectionId?: string): Promise<Installation | undefined> {
    return this.loader.load({ workspaceId, connectionId });
  }

  /**
   * The installation in a workspace that a person names by slug or id: the live one, else the latest. An id always wins:
   * text in the form of an id is never read as a slug, because a workspace chooses its slug freely. `cloud/acme` names the
   * connection too.
   */
  async findBySlugOrId(workspace: string): Promise<Installation | undefined> {
    const { connection, name } = this.parseName(workspace);
    const connections = this.connections.all.filter(({ id }) => connection === undefined || id === connection);
    const text = postgresText(name);
    return this.installations.findBySlugOrId(connections, text, !ID.test(text));
  }

  /** The parts of a workspace's name: `cloud/acme` has a connection, where `cloud` is configured. */
  parseName(workspace: string): { readonly connection?: string; readonly name: string } {
    const [id = '', name, ...rest] = workspace.split('/');
    const hasConnection = name !== undefined && rest.length === 0 && this.connections.find(id) !== undefined;
    return hasConnection ? { connection: id, name } : { name: workspace };
  }

  /**
   * The live installation in a workspace, by its slug or id or an installation that was read earlier.
   *
   * @throws {DomainError} `installation_unknown`
   */
  async requireInstalled(workspace: string | Installation): Promise<Installation> {
    const isText = typeof workspace === 'string';
    const found = isText
      ? await this.findBySlugOrId(workspace)
      : await this.findByWorkspace(workspace.workspaceId, workspace.connectionId);
    if (found?.status === 'installed') return found;
    throw installationUnknown(isText ? workspace : workspace.workspaceId);
  }

  /** The id of a workspace named by slug or id. Unknown text is an id: of a workspace that has never installed the app. */
  async workspaceIdOf(workspace: string): Promise<string> {
    return (await this.findBySlugOrId(workspace))?.workspaceId ?? workspace;
  }

  /** The installation with our id. */
  async findById(id: string): Promise<Installation | undefined> {
    return this.installations.findById(id);
  }

  /** The installation with that id in the Plane of a connection. */
  async findByPlaneId(
    installationId: string,
    connection = this.connections.default,
  ): Promise<Installation | undefined> {
    return this.installations.findByPlaneId(connection, installationId);
  }

  /** Every installation, ordered by workspace, the uninstalled ones too. */
  async all(): Promise<Installation[]> {
    return this.installations.all();
  }

  /** Those of the configured Plane that are live, ordered by workspace. */
  async installed(): Promise<Installation[]> {
    const rows = await this.installations.all();
    return rows.filter((row) => isLive(row) && this.connections.of(row) !== undefined);
  }

  /** The slugs of the workspaces where the app is installed now, by workspace id. */
  async installedWorkspaces(): Promise<Map<string, string>> {
    return new Map((await this.liveWorkspaces()).map(({ workspaceId, workspaceSlug }) => [workspaceId, workspaceSlug]));
  }

  /** The workspaces where the app is installed now, once for each connection. */
  async liveWorkspaces(): Promise<WorkspaceSlug[]> {
    return this.installations.installedWorkspaces(this.connections.all);
  }

  /** The same by connection. */
  async installedSlugs(): Promise<WorkspaceSlugs> {
    return new WorkspaceSlugs(await this.liveWorkspaces());
  }

  /** Runs the changes in one transaction. */
  async transaction<T>(changes: (transaction: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(changes);
  }
}

/** Whether the app is installed there, by what Plane says. */
export function isInstalled({ status, deleted_at }: PlaneInstallation): boolean {
  return status === 'installed' && !deleted_at;
}

function isLive({ status }: Installation): boolean {
  return status === 'installed';
}

function isIn(each: Installation, { workspaceId, connectionId }: WorkspaceOf): boolean {
  return each.workspaceId === workspaceId && (connectionId === undefined || each.connectionId === connectionId);
}

function rowOf(
  { connectionId, baseUrl }: Pick<InstallationRow, 'connectionId' | 'baseUrl'>,
  plane: PlaneInstallation,
): InstallationRow {
  return {
    connectionId,
    baseUrl,
    installationId: plane.id,
    status: 'installed',
    workspaceId: plane.workspace_detail.id,
    workspaceSlug: plane.workspace_detail.slug,
    workspaceName: plane.workspace_detail.name,
    botUserId: plane.app_bot,
    applicationId: plane.application,
    webhookId: plane.webhook ?? null,
    installedBy: plane.installed_by ?? null,
    uninstalledAt: null,
  };
}
