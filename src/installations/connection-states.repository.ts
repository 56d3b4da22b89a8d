import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, Repository } from 'typeorm';
import { type KeyConnection } from '../config/plane-connection.js';
import { type ConnectionState } from './connection-state.js';
import { ConnectionStateEntity } from './connection-state.entity.js';

/** `changed_at` stays where the state is the same, unless the connection leads elsewhere by now. */
const RECORD = `
  INSERT INTO plane_connections AS known (id, base_url, workspace_slug, state, detail)
  VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (id) DO UPDATE
  SET base_url = excluded.base_url, workspace_slug = excluded.workspace_slug, state = excluded.state,
      detail = excluded.detail, checked_at = now(),
      changed_at = CASE
        WHEN (known.base_url, known.workspace_slug, known.state)
             = (excluded.base_url, excluded.workspace_slug, excluded.state)
        THEN known.changed_at ELSE now() END`;

/** The table of the states of connections. */
@Injectable()
export class ConnectionStatesRepository {
  constructor(@InjectRepository(ConnectionStateEntity) private readonly rows: Repository<ConnectionStateEntity>) {}

  async all(): Promise<ConnectionStateEntity[]> {
    return this.rows.find({ order: { id: 'ASC' } });
  }

  async find(id: string): Promise<ConnectionStateEntity | undefined> {
    return (await this.rows.findOneBy({ id })) ?? undefined;
  }

  /** Stores what a check found. */
  async record(
    transaction: EntityManager,
    { id, baseUrl, key }: KeyConnection,
    state: ConnectionState,
    detail: string | undefined,
  ): Promise<void> {
    await transaction.query(RECORD, [id, baseUrl, key.workspaceSlug, state, detail ?? null]);
  }
}
