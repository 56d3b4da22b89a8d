/** The statements of {@link ConnectionOperations}. $1 is the old base URL, $2 the new one. */

/** Processes that write meanwhile wait. */
export const LOCK = 'LOCK TABLE installations, tokens, linked_users, webhook_secrets IN SHARE ROW EXCLUSIVE MODE';

export const KNOWN = 'SELECT DISTINCT base_url AS "baseUrl" FROM installations ORDER BY base_url';

/** What exists at the new base URL already is newer: a person installed or consented there. */
export const DELETE_REPLACED = [
  `DELETE FROM installations AS old USING installations AS new
   WHERE old.base_url = $1 AND new.base_url = $2 AND (old.installation_id = new.installation_id
     OR (old.workspace_id = new.workspace_id AND old.application_id = new.application_id))`,
  `DELETE FROM tokens WHERE base_url = $1 AND (
     (kind = 'bot' AND installation_id NOT IN (SELECT id FROM installations))
     OR (kind = 'user' AND plane_user_id IN (SELECT plane_user_id FROM tokens WHERE kind = 'user' AND base_url = $2)))`,
  `DELETE FROM linked_users WHERE base_url = $1
     AND plane_user_id IN (SELECT plane_user_id FROM linked_users WHERE base_url = $2)`,
  `DELETE FROM webhook_secrets WHERE base_url = $1
     AND (workspace_id, fingerprint) IN (SELECT workspace_id, fingerprint FROM webhook_secrets WHERE base_url = $2)`,
];

const move = (table: string): string => `UPDATE ${table} SET base_url = $2 WHERE base_url = $1`;

export const MOVE_INSTALLATIONS = `
  ${move('installations')} RETURNING workspace_id AS "workspaceId", workspace_slug AS workspace, status`;
export const MOVE_TOKENS = move('tokens');
export const MOVE_LINKS = move('linked_users');
export const MOVE_SECRETS = move('webhook_secrets');
