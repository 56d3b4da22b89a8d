/**
 * The statements of {@link ConnectionOperations}. $1 is the old base URL, $2 the new one, $3 the connection that is moved, or
 * null for all of them.
 */

/** Processes that write meanwhile wait. */
export const LOCK = 'LOCK TABLE installations, tokens, linked_users, webhook_secrets IN SHARE ROW EXCLUSIVE MODE';

/** $1: a connection, or null. */
export const KNOWN = `
  SELECT DISTINCT base_url AS "baseUrl" FROM installations
  WHERE $1::text IS NULL OR connection_id = $1 ORDER BY base_url`;

/** Rows at the old base URL of the connection. */
const MOVED = 'base_url = $1 AND ($3::text IS NULL OR connection_id = $3)';

/** Another connection stays at the old base URL: its people are linked there too. */
const OTHERS_STAY = `
  EXISTS (SELECT FROM installations WHERE base_url = $1 AND connection_id <> $3::text
          UNION ALL SELECT FROM tokens WHERE base_url = $1 AND connection_id <> $3::text)`;

/** What exists at the new base URL already is newer: a person installed or consented there. */
export const DELETE_REPLACED = [
  `DELETE FROM installations AS old USING installations AS new
   WHERE old.base_url = $1 AND ($3::text IS NULL OR old.connection_id = $3)
     AND new.base_url = $2 AND new.connection_id = old.connection_id AND (old.installation_id = new.installation_id
       OR (old.workspace_id = new.workspace_id AND old.application_id = new.application_id))`,
  `DELETE FROM tokens WHERE ${MOVED} AND (
     (kind = 'bot' AND installation_id NOT IN (SELECT id FROM installations))
     OR (kind = 'user' AND (connection_id, plane_user_id) IN (
       SELECT connection_id, plane_user_id FROM tokens WHERE kind = 'user' AND base_url = $2)))`,
  `DELETE FROM linked_users WHERE base_url = $1 AND NOT ${OTHERS_STAY}
     AND plane_user_id IN (SELECT plane_user_id FROM linked_users WHERE base_url = $2)`,
  `DELETE FROM webhook_secrets WHERE ${MOVED} AND (connection_id, workspace_id, fingerprint) IN (
     SELECT connection_id, workspace_id, fingerprint FROM webhook_secrets WHERE base_url = $2)`,
];

const move = (table: string): string => `UPDATE ${table} SET base_url = $2 WHERE ${MOVED}`;

export const MOVE_INSTALLATIONS = `
  ${move('installations')}
  RETURNING connection_id AS "connectionId", workspace_id AS "workspaceId", workspace_slug AS workspace, status`;
export const MOVE_TOKENS = move('tokens');
export const MOVE_SECRETS = move('webhook_secrets');

export const MOVE_LINKS = `UPDATE linked_users SET base_url = $2 WHERE base_url = $1 AND NOT ${OTHERS_STAY}`;

/** Those that {@link MOVE_LINKS} left, for the connections that stay. */
export const COPY_LINKS = `
  INSERT INTO linked_users (base_url, plane_user_id, issuer, subject, linked_at)
  SELECT $2, plane_user_id, issuer, subject, linked_at FROM linked_users WHERE base_url = $1
  ON CONFLICT (base_url, plane_user_id) DO NOTHING RETURNING plane_user_id`;
