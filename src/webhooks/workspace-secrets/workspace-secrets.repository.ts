import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, Repository } from 'typeorm';
import { WebhookSecretEntity } from './webhook-secret.entity.js';

/** Serialises the writers of one workspace. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('webhook_secrets' || chr(10) || $1 || chr(10) || $2, lock_seed()))`;

/** Changes with each secret that is added or removed, and not when one is encrypted with another key. */
const VERSION = `
  SELECT count(*) || ':' || coalesce(bit_xor(hashtextextended(id::text, 0)), 0) AS version
  FROM webhook_secrets WHERE base_url = $1`;

const INSERT = `
  INSERT INTO webhook_secrets (id, base_url, workspace_id, fingerprint, secret, set_at)
  VALUES ($1, $2, $3, $4, $5, clock_timestamp())`;

const REMOVE_ALL = `DELETE FROM webhook_secrets WHERE base_url = $1 AND workspace_id = $2`;

type NewSecret = Pick<WebhookSecretEntity, 'id' | 'baseUrl' | 'workspaceId' | 'fingerprint' | 'secret'>;

/** The table `webhook_secrets`. */
@Injectable()
export class WorkspaceSecretsRepository {
  constructor(@InjectRepository(WebhookSecretEntity) private readonly rows: Repository<WebhookSecretEntity>) {}

  /** Makes other writers of the workspace's secrets wait until the transaction ends. */
  async lock(baseUrl: string, workspaceId: string, transaction: EntityManager): Promise<void> {
    await transaction.query(LOCK, [baseUrl, workspaceId]);
  }

  /** Adds the workspace's current secret. */
  async add(
    { id, baseUrl, workspaceId, fingerprint, secret }: NewSecret,
    transaction: EntityManager = this.rows.manager,
  ): Promise<void> {
    await transaction.query(INSERT, [id, baseUrl, workspaceId, fingerprint, secret]);
  }

  async remove(secrets: readonly WebhookSecretEntity[], transaction: EntityManager): Promise<void> {
    if (secrets.length > 0) await transaction.delete(WebhookSecretEntity, { id: In(secrets.map(({ id }) => id)) });
  }

  /** Deletes all secrets of the workspace. Resolves with how many. */
  async removeAll(baseUrl: string, workspaceId: string): Promise<number> {
    return this.rows.manager.transaction(async (transaction) => {
      await this.lock(baseUrl, workspaceId, transaction);
      const [, removed] = await transaction.query<[unknown[], number]>(REMOVE_ALL, [baseUrl, workspaceId]);
      return removed;
    });
  }

  /** Those of a workspace, newest first. */
  async ofWorkspace(baseUrl: string, workspaceId: string, transaction: EntityManager): Promise<WebhookSecretEntity[]> {
    return transaction.find(WebhookSecretEntity, { where: { baseUrl, workspaceId }, order: { setAt: 'DESC' } });
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

  /** Replaces text and fingerprint of a row, unless it was changed since it was read. */
  async reseal(
    { id, secret: before }: WebhookSecretEntity,
    sealed: Pick<WebhookSecretEntity, 'secret' | 'fingerprint'>,
  ): Promise<void> {
    await this.rows.update({ id, secret: before }, sealed);
  }
}
