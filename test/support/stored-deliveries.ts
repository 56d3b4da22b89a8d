import { v7 as uuid } from 'uuid';
import { type TestDatabase } from './database.js';

/** A delivery to be put into the table as it is. */
export interface StoredRow {
  readonly id: string;
  readonly workspaceId: string;
  /** Default: the connection without a name. */
  readonly connectionId?: string;
  readonly eventName: string;
  readonly entityId: string;
  readonly body: string;
}

/** A new id of this moment. */
export function idOf(moment: Date): string {
  return uuid({ msecs: moment.getTime() });
}

/** Stores them, received when their ids say. */
export async function storeDeliveries(database: TestDatabase, rows: readonly StoredRow[]): Promise<void> {
  await database.query(
    `INSERT INTO deliveries (id, key, workspace_id, connection_id, event_name, source, entity_id, body, headers, secret_fingerprint, received_at)
     SELECT id, id, workspace, connection, event, 'v2', entity, convert_to(body, 'UTF8'), '{}', 'abcdef01', uuid_extract_timestamp(id)
     FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) AS row (id, workspace, event, entity, body, connection)`,
    [
      rows.map(({ id }) => id),
      rows.map(({ workspaceId }) => workspaceId),
      rows.map(({ eventName }) => eventName),
      rows.map(({ entityId }) => entityId),
      rows.map(({ body }) => body),
      rows.map(({ connectionId = 'default' }) => connectionId),
    ],
  );
}
