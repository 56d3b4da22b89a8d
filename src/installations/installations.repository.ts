import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { type Installation } from './installation.js';
import { InstallationEntity } from './installation.entity.js';

/** What a write brings; ids and times are the table's own. */
export type InstallationRow = Omit<Installation, 'id' | 'createdAt' | 'updatedAt'>;

const REPLACED = [
  'status',
  'workspace_id',
  'workspace_slug',
  'workspace_name',
  'bot_user_id',
  'application_id',
  'webhook_id',
  'installed_by',
  'uninstalled_at',
  'updated_at',
];

const SUPERSEDE = `
  UPDATE installations SET status = 'uninstalled', uninstalled_at = now(), updated_at = now()
  WHERE base_url = $1 AND workspace_id = $2 AND application_id = $3 AND installation_id <> $4
    AND status = 'installed'`;

/** The table of installations. */
@Injectable()
export class InstallationsRepository {
  constructor(@InjectRepository(InstallationEntity) private readonly rows: Repository<InstallationEntity>) {}

  /**
   * Inserts the installation, or updates the row of the same base URL and Plane id. Plane holds one live
   * installation of an app in a workspace, so a live one supersedes those that Plane knew by other ids.
   */
  async upsert(id: string, row: InstallationRow): Promise<Installation> {
    const key = { baseUrl: row.baseUrl, installationId: row.installationId };
    return this.rows.manager.transaction(async (transaction) => {
      const rows = transaction.withRepository(this.rows);
      const insert = rows.createQueryBuilder().insert();
      await insert
        .values({ id, ...row, updatedAt: () => 'now()' })
        .orUpdate(REPLACED, ['base_url', 'installation_id'])
        .execute();
      if (row.status === 'installed')
        await rows.query(SUPERSEDE, [row.baseUrl, row.workspaceId, row.applicationId, row.installationId]);
      return rows.findOneByOrFail(key);
    });
  }

  /** The live installation of a workspace, else the one that was seen last. */
  async findByWorkspace(baseUrl: string, workspaceId: string): Promise<Installation | undefined> {
    const rows = await this.rows.find({ where: { baseUrl, workspaceId }, order: { updatedAt: 'DESC' } });
    return rows.find(({ status }) => status === 'installed') ?? rows[0];
  }

  async findById(id: string): Promise<Installation | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }
}
