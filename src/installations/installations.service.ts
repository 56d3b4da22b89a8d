import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { HangarConfig } from '../config/hangar-config.js';
import { type PlaneInstallation } from '../plane/plane-answers.js';
import { type Installation } from './installation.js';
import { type InstallationRow, InstallationsRepository } from './installations.repository.js';

/** What a record changed. */
export interface RecordedInstallation {
  readonly installation: Installation;
  /** It is live now, and was not before; or Plane knows it by another id, so it was installed anew. */
  readonly added: boolean;
  /** Other rows of the same app and workspace that were live until now: Plane holds one live installation there. */
  readonly superseded: readonly Installation[];
}

/** Knows in which workspaces the app is installed. */
@Injectable()
export class InstallationsService {
  private readonly loader = new DataLoader<string, Installation | undefined>(
    async (workspaceIds) => {
      const found = await this.installations.byWorkspace(this.config.planeBaseUrl, [
        ...new Set(workspaceIds),
      ]);
      return workspaceIds.map((workspaceId) => found.get(workspaceId));
    },
    { cache: false },
  );

  constructor(
    private readonly config: HangarConfig,
    private readonly dataSource: DataSource,
    private readonly installations: InstallationsRepository,
  ) {}

  /** Stores what Plane says of a live installation, in the caller's transaction: a new one, a second install, a rename. */
  async record(transaction: EntityManager, plane: PlaneInstallation): Promise<RecordedInstallation> {
    const row = rowOf(this.config.planeBaseUrl, plane);
    await this.installations.lock(transaction, row.baseUrl, row.workspaceId);
    const [before, ...others] = await this.installations.rowsOf(transaction, row);
    const installation = await this.installations.save(transaction, before?.id ?? uuid(), row);
    const same = before?.status === 'installed' && before.installationId === row.installationId;
    return { installation, added: !same, superseded: others.filter(isLive) };
  }

  /** Brings a live installation up to date with what Plane says of it; one that was uninstalled meanwhile stays so. */
  async update({ id }: Installation, plane: PlaneInstallation): Promise<void> {
    await this.installations.updateLive(id, rowOf(this.config.planeBaseUrl, plane));
  }

  /** Marks it as uninstalled, in the caller's transaction. Resolves with false where it was before. */
  async uninstall(transaction: EntityManager, installation: Installation, at: Date): Promise<boolean> {
    await this.installations.lock(transaction, installation.baseUrl, installation.workspaceId);
    return this.installations.uninstall(transaction, installation.id, at);
  }

  /** Takes installations that Plane is to be asked about, each for one process alone. */
  async claimForCheck(limit: number): Promise<Installation[]> {
    const { planeBaseUrl, installationCheckSeconds } = this.config;
    return this.installations.claimForCheck(planeBaseUrl, limit, installationCheckSeconds);
  }

  /**
   * The installation in a workspace of the configured Plane. An uninstalled one is told as such. Those that are asked
   * for at the same moment are read together.
   */
  async findByWorkspace(workspaceId: string): Promise<Installation | undefined> {
    return this.loader.load(workspaceId);
  }

  /** The installation with our id. */
  async findById(id: string): Promise<Installation | undefined> {
    return this.installations.findById(id);
  }

  /** Every installation, by workspace; the uninstalled ones too. */
  async all(): Promise<Installation[]> {
    return this.installations.all();
  }

  /** The workspaces of the configured Plane where the app is live: their slugs by their ids. */
  async installedWorkspaces(): Promise<Map<string, string>> {
    return this.installations.installedWorkspaces(this.config.planeBaseUrl);
  }

  /** Runs the changes in one transaction. */
  async transaction<T>(changes: (transaction: EntityManager) => Promise<T>): Promise<T> {
    return this.dataSource.transaction(changes);
  }
}

/** Whether the app is live there, by what Plane says. */
export function isInstalled({ status, deleted_at }: PlaneInstallation): boolean {
  return status === 'installed' && !deleted_at;
}

function isLive({ status }: Installation): boolean {
  return status === 'installed';
}

function rowOf(baseUrl: string, plane: PlaneInstallation): InstallationRow {
  return {
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
