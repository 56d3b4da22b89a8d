import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { WebhookSecretEntity } from './webhook-secret.entity.js';

/** Serialises the writers of one workspace. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('webhook_secrets' || chr(10) || $1 || chr(10) || $2, lock_seed()))`;

/** Keeps the newest other secret: it becomes the previous one. */
const OLDER = `
  base_url = $1 AND workspace_id = $2 AND id NOT IN (
    SELECT id FROM webhook_secrets WHERE base_url = $1 AND workspace_id = $2 AND fingerprint <> $3
    ORDER BY set_at DESC LIMIT 1)`;
const SELECT_OLDER = `SELECT fingerprint FROM webhook_secrets WHERE ${OLDER} AND fingerprint <> $3`;
const DELETE_OLDER = `DELETE FROM webhook_secrets WHERE ${OLDER}`;

const INSERT = `
  INSERT INTO webhook_secrets (id, base_url, workspace_id, fingerprint, secret, set_at)
  VALUES ($4, $1, $2, $3, $5, clock_timestamp())`;

const REMOVE = `
  DELETE FROM webhook_secrets
  WHERE base_url = $1 AND workspace_id = $2 AND ($3::boolean OR id <> (
    SELECT id FROM webhook_secrets WHERE base_url = $1 AND workspace_id = $2 ORDER BY set_at DESC LIMIT 1))`;

/** Changes with each secret that is added or removed, and not when one is encrypted with another key. */
const VERSION = `
  SELECT count(*) || ':' || coalesce(bit_xor(hashtextextended(id::text, 0)), 0) AS version
  FROM webhook_secrets WHERE base_url = $1`;

type NewSecret = Pick<WebhookSecretEntity, 'id' | 'baseUrl' | 'workspaceId' | 'fingerprint' | 'secret'>;

/** The table `webhook_secrets`. */
@Injectable()
export class WorkspaceSecretsRepository {
  constructor(@InjectRepository(WebhookSecretEntity) private readonly rows: Repository<WebhookSecretEntity>) {}

  /** The fingerprints of the secrets that {@link add} would delete. */
  async deletedBy({ baseUrl, workspaceId, fingerprint }: Omit<NewSecret, 'id' | 'secret'>): Promise<string[]> {
    const rows = await this.rows.query<{ fingerprint: string }[]>(SELECT_OLDER, [baseUrl, workspaceId, fingerprint]);
    return rows.map((row) => row.fingerprint);
  }

  /** Adds the workspace's current secret, keeps the one before as the previous and deletes older ones. */
  async add({ id, baseUrl, workspaceId, fingerprint, secret }: NewSecret): Promise<void> {
    await this.rows.manager.transaction(async (transaction) => {
      await transaction.query(LOCK, [baseUrl, workspaceId]);
      await transaction.query(DELETE_OLDER, [baseUrl, workspaceId, fingerprint]);
      await transaction.query(INSERT, [baseUrl, workspaceId, fingerprint, id, secret]);
    });
  }

  /** Deletes the workspace's previous secret, and the current one where asked. Resolves with how many. */
  async remove(baseUrl: string, workspaceId: string, includeCurrent: boolean): Promise<number> {
    return this.rows.manager.transaction(async (transaction) => {
      await transaction.query(LOCK, [baseUrl, workspaceId]);
      const values = [baseUrl, workspaceId, includeCurrent];
      const [, removed] = await transaction.query<[unknown[], number]>(REMOVE, values);
      return removed;
    });
  }

  /** All of one Plane, by workspace, newest first. */
  async of(baseUrl: string): Promise<WebhookSecretEntity[]> {
    return this.rows.find({ where: { baseUrl }, order: { workspaceId: 'ASC', setAt: 'DESC' } });
  }

  /** A text that differs after each change. */
  async version(baseUrl: string): Promise<string> {
    const [row] = await this.rows.query<{ version: string }[]>(VERSION, [baseUrl]);
    return row?.version ?? '';
  }

  /** Replaces the text of a row, unless it was changed since it was read. */
  async reseal({ id, secret: before }: WebhookSecretEntity, secret: string): Promise<void> {
    await this.rows.update({ id, secret: before }, { secret });
  }
}
