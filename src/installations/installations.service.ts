import { Injectable } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { HangarConfig } from '../config/hangar-config.js';
import { type PlaneInstallation } from '../plane/plane-answers.js';
import { type Installation } from './installation.js';
import { type InstallationRow, InstallationsRepository } from './installations.repository.js';

/** Knows in which workspaces the app is installed. */
@Injectable()
export class InstallationsService {
  constructor(
    private readonly config: HangarConfig,
    private readonly installations: InstallationsRepository,
  ) {}

  /** Stores what Plane says of an installation: a new one, a second install, a rename, an uninstall. */
  async record(plane: PlaneInstallation): Promise<Installation> {
    return this.installations.upsert(uuid(), rowOf(this.config.planeBaseUrl, plane));
  }

  /** The installation in a workspace of the configured Plane. An uninstalled one is told as such. */
  async findByWorkspace(workspaceId: string): Promise<Installation | undefined> {
    return this.installations.findByWorkspace(this.config.planeBaseUrl, workspaceId);
  }

  /** The installation with our id. */
  async findById(id: string): Promise<Installation | undefined> {
    return this.installations.findById(id);
  }
}

function rowOf(baseUrl: string, plane: PlaneInstallation): InstallationRow {
  const live = plane.status === 'installed' && !plane.deleted_at;
  return {
    baseUrl,
    installationId: plane.id,
    status: live ? 'installed' : 'uninstalled',
    workspaceId: plane.workspace_detail.id,
    workspaceSlug: plane.workspace_detail.slug,
    workspaceName: plane.workspace_detail.name,
    botUserId: plane.app_bot,
    applicationId: plane.application,
    webhookId: plane.webhook ?? null,
    installedBy: plane.installed_by ?? null,
    uninstalledAt: live ? null : new Date(plane.deleted_at ?? Date.now()),
  };
}
