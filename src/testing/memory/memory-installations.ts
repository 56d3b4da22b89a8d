import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type Installation } from '../../installations/installation.js';
import { type InstallationRow, type InstallationsRepository } from '../../installations/installations.repository.js';
import { VirtualClock } from './virtual-clock.js';

type Used = 'lock' | 'rowsOf' | 'save' | 'updateLive' | 'uninstall' | 'byWorkspace' | 'installedWorkspaces';
type Found = 'findBySlugOrId' | 'all' | 'findById' | 'findByPlaneId' | 'claimForCheck';

/** The installations of an app in memory. */
@Injectable()
export class MemoryInstallations implements Pick<InstallationsRepository, Used | Found> {
  private readonly rows = new Map<string, Installation>();

  constructor(private readonly clock: VirtualClock) {}

  async lock(): Promise<void> {
    // Nothing else writes at the same time.
  }

  async rowsOf(_: EntityManager, row: InstallationRow): Promise<Installation[]> {
    const isSame = (other: Installation): boolean => other.installationId === row.installationId;
    const found = this.list().filter(
      (other) => isSame(other) || (other.workspaceId === row.workspaceId && other.applicationId === row.applicationId),
    );
    return found.toSorted((a, b) => Number(isSame(b)) - Number(isSame(a)) || Number(isLive(b)) - Number(isLive(a)));
  }

  async save(_: EntityManager, id: string, row: InstallationRow): Promise<Installation> {
    const now = new Date(this.clock.now);
    const saved = { createdAt: now, ...this.rows.get(id), ...row, id, updatedAt: now };
    this.rows.set(id, saved);
    return saved;
  }

  async updateLive(id: string, row: InstallationRow): Promise<void> {
    const before = this.rows.get(id);
    if (before && isLive(before)) this.rows.set(id, { ...before, ...row });
  }

  async uninstall(_: EntityManager, id: string, at = new Date(this.clock.now)): Promise<boolean> {
    const before = this.rows.get(id);
    if (!before || !isLive(before)) return false;
    this.rows.set(id, { ...before, status: 'uninstalled', uninstalledAt: at });
    return true;
  }

  async byWorkspace(_: unknown, workspaceIds: readonly string[]): Promise<Installation[]> {
    return this.list().filter(({ workspaceId }) => workspaceIds.includes(workspaceId));
  }

  async installedWorkspaces(): Promise<Installation[]> {
    return this.list().filter(isLive);
  }

  async findBySlugOrId(_: unknown, workspace: string): Promise<Installation | undefined> {
    const found = this.list().filter((row) => [row.workspaceId, row.workspaceSlug].includes(workspace));
    return found.find(isLive) ?? found.at(-1);
  }

  async all(): Promise<Installation[]> {
    return this.list();
  }

  async findById(id: string): Promise<Installation | undefined> {
    return this.rows.get(id);
  }

  async findByPlaneId(_: unknown, installationId: string): Promise<Installation | undefined> {
    return this.list().find((row) => row.installationId === installationId);
  }

  async claimForCheck(): Promise<Installation[]> {
    return [];
  }

  private list(): Installation[] {
    return [...this.rows.values()];
  }
}

function isLive({ status }: Installation): boolean {
  return status === 'installed';
}
