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

/** The table of installations. */
@Injectable()
export class InstallationsRepository {
  constructor(@InjectRepository(InstallationEntity) private readonly rows: Repository<InstallationEntity>) {}

  /** Inserts the installation, or updates the row of the same base URL and Plane id; one statement. */
  async upsert(id: string, row: InstallationRow): Promise<Installation> {
    await this.rows
      .createQueryBuilder()
      .insert()
      .values({ id, ...row, updatedAt: () => 'now()' })
      .orUpdate(REPLACED, ['base_url', 'installation_id'])
      .execute();
    return this.rows.findOneByOrFail({ baseUrl: row.baseUrl, installationId: row.installationId });
  }

  /** The live installation of a workspace, else the one that was seen last. */
  async findByWorkspace(baseUrl: string, workspaceId: string): Promise<Installation | undefined> {
    const rows = await this.rows.find({ where: { baseUrl, workspaceId }, order: { updatedAt: 'DESC' } });
    return rows.find(({ status }) => status === 'installed') ?? rows[0];
  }

  async list(baseUrl: string): Promise<Installation[]> {
    return this.rows.find({ where: { baseUrl }, order: { workspaceSlug: 'ASC' } });
  }
}
