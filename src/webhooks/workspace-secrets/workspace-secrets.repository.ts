import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, Repository } from 'typeorm';
import { DEFAULT_CONNECTION, type PlaneConnection } from '../../config/plane-connection.js';
import { WebhookSecretEntity } from './webhook-secret.entity.js';

/** Serialises the writers of one workspace by one connection. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('webhook_secrets' || chr(10) || $1 || chr(10) || $2, lock_seed()))`;

/** Whether a row belongs to one of the connections: $1 their ids, $2 their base URLs. */
const OF_CONNECTIONS = '(connection_id, base_url) IN (SELECT * FROM unnest($1::text[], $2::text[]))';

/** Changes with each secret that is added or removed, and not when one is encrypted with another key. */
const VERSION = `
  SELECT count(*) || ':' || coalesce(bit_xor(hashtextextended(id::text, 0)), 0) AS version
  FROM webhook_secrets WHERE ${OF_CONNECTIONS}`;

const INSERT = `
  INSERT INTO webhook_secrets (id, connection_id, base_url, workspace_id, fingerprint, secret, set_at)
  VALUES ($1, $2, $3, $4, $5, $6, clock_timestamp())`;

const REMOVE_ALL = `DELETE FROM webhook_secrets WHERE connection_id = $1 AND base_url = $2 AND workspace_id = $3`;

type NewSecret = Omit<WebhookSecretEntity, 'setAt'>;

/** What rows name of a connection. */
type Connection = Pick<PlaneConnection, 'id' | 'baseUrl'>;

/** Whose secrets they are: those of a workspace by a connection. */
export type SecretsOwner = Pick<WebhookSecretEntity, 'connectionId' | 'baseUrl' | 'workspaceId'>;

/** The table `webhook_secrets`. */
@Injectable()
export class WorkspaceSecretsRepository {
  constructor(@InjectRepository(WebhookSecretEntity) private readonly rows: Repository<WebhookSecretEntity>) {}

  /** Makes other writers of the workspace's secrets wait until the transaction ends. */
  async lock({ connectionId, baseUrl, workspaceId }: SecretsOwner, transaction: EntityManager): Promise<void> {
    // That of the default connection is the lock of the release before, which may still run.
    const plane = connectionId === DEFAULT_CONNECTION ? baseUrl : `${connectionId} ${baseUrl}`;
    await transaction.query(LOCK, [plane, workspaceId]);
  }

  /** Adds the workspace's current secret. */
  async add(
    { id, connectionId, baseUrl, workspaceId, fingerprint, secret }: NewSecret,
    transaction: EntityManager = this.rows.manager,
  ): Promise<void> {
    await transaction.query(INSERT, [id, connectionId, baseUrl, workspaceId, fingerprint, secret]);
  }

  async remove(secrets: readonly WebhookSecretEntity[], transaction: EntityManager): Promise<void> {
    if (secrets.length > 0) await transaction.delete(WebhookSecretEntity, { id: In(secrets.map(({ id }) => id)) });
  }

  /** Deletes all secrets of the workspace. Resolves with how many. */
  async removeAll(workspace: SecretsOwner): Promise<number> {
    const { connectionId, baseUrl, workspaceId } = workspace;
    return this.rows.manager.transaction(async (transaction) => {
      await this.lock(workspace, transaction);
      const [, removed] = await transaction.query<[unknown[], number]>(REMOVE_ALL, [
        connectionId,
        baseUrl,
        workspaceId,
      ]);
      return removed;
    });
  }

  /** Those of a workspace, newest first. */
  async ofWorkspace(workspace: SecretsOwner, transaction: EntityManager): Promise<WebhookSecretEntity[]> {
    const { connectionId, baseUrl, workspaceId } = workspace;
    const where = { connectionId, baseUrl, workspaceId };
    return transaction.find(WebhookSecretEntity, { where, order: { setAt: 'DESC' } });
  }

  /** All of these connections, by connection and workspace, newest first. */
  async of(connections: readonly Connection[]): Promise<WebhookSecretEntity[]> {
    const where = connections.map(({ id, baseUrl }) => ({ connectionId: id, baseUrl }));
    return this.rows.find({ where, order: { connectionId: 'ASC', workspaceId: 'ASC', setAt: 'DESC' } });
  }

  /** A text that differs after each change. */
  async version(connections: readonly Connection[]): Promise<string> {
    const keys = [connections.map(({ id }) => id), connections.map(({ baseUrl }) => baseUrl)];
    const [row] = await this.rows.query<{ version: string }[]>(VERSION, keys);
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
