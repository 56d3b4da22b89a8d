import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, Repository } from 'typeorm';
import { type PlaneConnection } from '../config/plane-connection.js';
import { type Installation } from './installation.js';
import { InstallationEntity } from './installation.entity.js';
import { type WorkspaceSlug } from './workspace-slugs.js';

/** What rows name of a connection. */
type Connection = Pick<PlaneConnection, 'id' | 'baseUrl'>;

/** What a write sets; the table sets ids and times. */
export type InstallationRow = Omit<Installation, 'id' | 'createdAt' | 'updatedAt'>;

/** Writers of one workspace run one after the other, so that each knows what it changed. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended($1 || chr(10) || $2, lock_seed()))`;

/** Plane may give a second install another id: the same app in the same workspace is the same row. */
const ROWS_OF = `
  SELECT id FROM installations
  WHERE base_url = $1 AND connection_id = $5 AND (installation_id = $2 OR (workspace_id = $3 AND application_id = $4))
  ORDER BY installation_id = $2 DESC, status = 'installed' DESC, updated_at DESC`;

const UNINSTALL = `
  UPDATE installations SET status = 'uninstalled', uninstalled_at = coalesce($2, now()), updated_at = now()
  WHERE id = $1 AND status = 'installed'`;

/** Replicas claim different installations; the next check is set before this one, so that a failed one waits too. */
const CLAIM_FOR_CHECK = `
  UPDATE installations SET check_at = now() + make_interval(secs => $2::float8 * (0.75 + random() / 2))
  WHERE id IN (
    SELECT id FROM installations WHERE status = 'installed' AND check_at <= now() AND base_url = $3 AND connection_id = $4
    ORDER BY check_at LIMIT $1 FOR UPDATE SKIP LOCKED)
  RETURNING id`;

/** Whether a row belongs to one of the connections: $1 their ids, $2 their base URLs. */
const OF_CONNECTIONS = '(connection_id, base_url) IN (SELECT * FROM unnest($1::text[], $2::text[]))';

const BY_SLUG_OR_ID = `
  SELECT id FROM installations
  WHERE ${OF_CONNECTIONS} AND (workspace_id = $3 OR ($4 AND workspace_slug = $3))
  ORDER BY workspace_id = $3 DESC, status = 'installed' DESC, updated_at DESC LIMIT 1`;

const INSTALLED_WORKSPACES = `
  SELECT connection_id AS "connectionId", workspace_id AS "workspaceId", workspace_slug AS "workspaceSlug"
  FROM installations WHERE ${OF_CONNECTIONS} AND status = 'installed'`;

/** The table of installations. */
@Injectable()
export class InstallationsRepository {
  constructor(@InjectRepository(InstallationEntity) private readonly rows: Repository<InstallationEntity>) {}

  /** Makes other writers of installations in that workspace wait until the transaction ends. */
  async lock(transaction: EntityManager, baseUrl: string, workspaceId: string): Promise<void> {
    await transaction.query(LOCK, [baseUrl, workspaceId]);
  }

  /** The rows of that app in that workspace, the one with that Plane id first. */
  async rowsOf(transaction: EntityManager, row: InstallationRow): Promise<Installation[]> {
    const keys = [row.baseUrl, row.installationId, row.workspaceId, row.applicationId, row.connectionId];
    const found = await transaction.query<{ id: string }[]>(ROWS_OF, keys);
    const rows = await this.byIds(found, transaction);
    return found.flatMap(({ id }) => rows.filter((each) => each.id === id));
  }

  /** Inserts the row, or replaces the one with that id. */
  async save(transaction: EntityManager, id: string, row: InstallationRow): Promise<Installation> {
    const rows = transaction.withRepository(this.rows);
    await rows.save({ id, ...row, updatedAt: new Date() });
    return rows.findOneByOrFail({ id });
  }

  /** Updates a row that is live. */
  async updateLive(id: string, row: InstallationRow): Promise<void> {
    await this.rows.update({ id, status: 'installed' }, row);
  }

  /** Resolves with false where it was uninstalled already. @param at default: now, by the database's clock */
  async uninstall(transaction: EntityManager, id: string, at?: Date): Promise<boolean> {
    const [, affected] = await transaction.query<[unknown[], number]>(UNINSTALL, [id, at ?? null]);
    return affected === 1;
  }

  /** Claims installations whose check is due, and sets the next check about so many seconds from now. */
  async claimForCheck({ id, baseUrl }: Connection, limit: number, seconds: number): Promise<Installation[]> {
    const values = [limit, seconds, baseUrl, id];
    const [claimed] = await this.rows.query<[{ id: string }[], number]>(CLAIM_FOR_CHECK, values);
    return this.byIds(claimed);
  }

  /** Those in the workspaces, of these connections, the latest last. */
  async byWorkspace(connections: readonly Connection[], workspaceIds: readonly string[]): Promise<Installation[]> {
    const workspaceId = In([...workspaceIds]);
    const where = connections.map(({ id, baseUrl }) => ({ connectionId: id, baseUrl, workspaceId }));
    return this.rows.find({ where, order: { updatedAt: 'ASC' } });
  }

  /** The slugs of the workspaces with a live installation. */
  async installedWorkspaces(connections: readonly Connection[]): Promise<WorkspaceSlug[]> {
    return this.rows.query(INSTALLED_WORKSPACES, keysOf(connections));
  }

  /** The live installation, else the latest, of the workspace with that id, else (`slugToo`) with that slug. */
  async findBySlugOrId(
    connections: readonly Connection[],
    workspace: string,
    slugToo: boolean,
  ): Promise<Installation | undefined> {
    const values = [...keysOf(connections), workspace, slugToo];
    const found = await this.rows.query<{ id: string }[]>(BY_SLUG_OR_ID, values);
    return (await this.byIds(found))[0];
  }

  async all(): Promise<Installation[]> {
    return this.rows.find({ order: { workspaceSlug: 'ASC', createdAt: 'ASC' } });
  }

  async findById(id: string): Promise<Installation | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  /** The installation with that id in Plane. */
  async findByPlaneId(
    { id: connectionId, baseUrl }: Connection,
    installationId: string,
  ): Promise<Installation | undefined> {
    return (await this.rows.findOneBy({ connectionId, baseUrl, installationId })) ?? undefined;
  }

  private async byIds(
    found: readonly { readonly id: string }[],
    manager: EntityManager = this.rows.manager,
  ): Promise<Installation[]> {
    if (found.length === 0) return [];
    return manager.withRepository(this.rows).findBy({ id: In(found.map(({ id }) => id)) });
  }
}

function keysOf(connections: readonly Connection[]): [ids: string[], baseUrls: string[]] {
  return [connections.map(({ id }) => id), connections.map(({ baseUrl }) => baseUrl)];
}
