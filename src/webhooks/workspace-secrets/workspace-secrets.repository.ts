import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import { WebhookSecretEntity } from './webhook-secret.entity.js';

/** Two writers of one workspace go one after the other. */
const LOCK = `SELECT pg_advisory_xact_lock(hashtextextended('webhook_secrets' || chr(10) || $1 || chr(10) || $2, 0))`;

/** The same secret, set again, becomes the newest. */
const MAKE_ROOM = `
  DELETE FROM webhook_secrets
  WHERE base_url = $1 AND workspace_id = $2 AND id NOT IN (
    SELECT id FROM webhook_secrets WHERE base_url = $1 AND workspace_id = $2 AND fingerprint <> $3
    ORDER BY set_at DESC LIMIT 1)`;

const INSERT = `
  INSERT INTO webhook_secrets (id, base_url, workspace_id, fingerprint, secret, set_at)
  VALUES ($4, $1, $2, $3, $5, clock_timestamp())`;

const REMOVE = `
  DELETE FROM webhook_secrets
  WHERE base_url = $1 AND workspace_id = $2 AND ($3::boolean OR id <> (
    SELECT id FROM webhook_secrets WHERE base_url = $1 AND workspace_id = $2 ORDER BY set_at DESC LIMIT 1))`;

/** Another with each change of what is there; not with a text that is encrypted anew. */
const CONTENT = `
  SELECT count(*) || ':' || coalesce(bit_xor(hashtextextended(id::text, 0)), 0) AS content
  FROM webhook_secrets WHERE base_url = $1`;

type Written = Pick<WebhookSecretEntity, 'id' | 'baseUrl' | 'workspaceId' | 'fingerprint' | 'secret'>;

/** The table of workspaces' webhook secrets. */
@Injectable()
export class WorkspaceSecretsRepository {
  constructor(
    @InjectRepository(WebhookSecretEntity) private readonly rows: Repository<WebhookSecretEntity>,
  ) {}

  /** Adds the workspace's newest secret and keeps the one before; older ones go. */
  async add({ id, baseUrl, workspaceId, fingerprint, secret }: Written): Promise<void> {
    await this.rows.manager.transaction(async (transaction) => {
      await transaction.query(LOCK, [baseUrl, workspaceId]);
      await transaction.query(MAKE_ROOM, [baseUrl, workspaceId, fingerprint]);
      await transaction.query(INSERT, [baseUrl, workspaceId, fingerprint, id, secret]);
    });
  }

  /** Deletes the workspace's secrets, the newest too or not. Resolves with how many there were. */
  async remove(baseUrl: string, workspaceId: string, newestToo: boolean): Promise<number> {
    const values = [baseUrl, workspaceId, newestToo];
    const [, removed] = await this.rows.query<[unknown[], number]>(REMOVE, values);
    return removed;
  }

  /** Those of one Plane, by workspace, the newest first. */
  async of(baseUrl: string): Promise<WebhookSecretEntity[]> {
    return this.rows.find({ where: { baseUrl }, order: { workspaceId: 'ASC', setAt: 'DESC' } });
  }

  /** A text that is another one after each change. */
  async content(baseUrl: string): Promise<string> {
    const [row] = await this.rows.query<{ content: string }[]>(CONTENT, [baseUrl]);
    return row?.content ?? '';
  }

  async count(): Promise<number> {
    return this.rows.count();
  }

  /** Rows in the order of their ids, from the one after `id`. */
  async pageAfter(id: string | undefined, limit: number): Promise<WebhookSecretEntity[]> {
    const where = id === undefined ? {} : { id: MoreThan(id) };
    return this.rows.find({ where, order: { id: 'ASC' }, take: limit });
  }

  async newest(): Promise<WebhookSecretEntity | undefined> {
    const [row] = await this.rows.find({ order: { setAt: 'DESC' }, take: 1 });
    return row;
  }

  /** Replaces the text of a row that nobody has changed since it was read. */
  async reseal({ id, secret: before }: WebhookSecretEntity, secret: string): Promise<void> {
    await this.rows.update({ id, secret: before }, { secret });
  }
}
