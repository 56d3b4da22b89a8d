import { randomUUID } from 'node:crypto';
import { runStatement } from '../harness/bench-postgres.ts';
import { PLANE_URL } from '../harness/servers.ts';
import { WORKSPACE_IDS } from '../payload.ts';

/** Nobody of the bench's bodies. */
const BOT_USER_ID = randomUUID();
/** Plane is not asked about them while the bench runs. */
const INSERT = `
  INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                             bot_user_id, application_id, check_at)
  SELECT gen_random_uuid(), $1, id, 'installed', id, 'bench', 'Bench', $3, 'bench', now() + interval '1 day'
  FROM unnest($2::text[]) AS id`;

/** Makes the app installed in every workspace that the bodies come from. */
export async function installEverywhere(databaseUrl: string): Promise<void> {
  await runStatement(databaseUrl, INSERT, [PLANE_URL, WORKSPACE_IDS, BOT_USER_ID]);
}
