import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What a row is: with the same values under two spellings of a base URL, the newest row stays. */
const TABLES = [
  ['installations', 'installation_id', `status = 'installed' DESC, updated_at DESC`],
  ['tokens', `coalesce(installation_id::text, plane_user_id)`, `updated_at DESC`],
  ['linked_users', 'plane_user_id', 'linked_at DESC'],
  ['webhook_secrets', `workspace_id || chr(10) || fingerprint`, 'set_at DESC'],
] as const;

/** Bots of installations that were deleted as duplicates. */
const DELETE_ORPHANED_TOKENS = `
  DELETE FROM tokens WHERE kind = 'bot' AND installation_id NOT IN (SELECT id FROM installations)`;

/**
 * Base URLs of Plane in one spelling: they were stored as PLANE_BASE_URL was written, and another spelling was another Plane.
 */
export class BaseUrlSpelling1764911000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const [table, identity, newestFirst] of TABLES) {
      const stored = (await runner.query(`SELECT DISTINCT base_url FROM ${table}`)) as { base_url: string }[];
      for (const spelling of new Set(stored.map(({ base_url }) => spelled(base_url)))) {
        const same = stored.map(({ base_url }) => base_url).filter((each) => spelled(each) === spelling);
        if (same.every((each) => each === spelling)) continue;
        await runner.query(
          `DELETE FROM ${table} WHERE ctid IN (
             SELECT ctid FROM (
               SELECT ctid, row_number() OVER (PARTITION BY ${identity} ORDER BY ${newestFirst}) AS place
               FROM ${table} WHERE base_url = ANY ($1)) AS places
             WHERE place > 1)`,
          [same],
        );
        await runner.query(`UPDATE ${table} SET base_url = $1 WHERE base_url = ANY ($2)`, [spelling, same]);
      }
      if (table === 'installations') await runner.query(DELETE_ORPHANED_TOKENS);
    }
  }

  async down(): Promise<void> {
    // The old spelling is not known any more; earlier releases use that of PLANE_BASE_URL.
  }
}

/** Scheme and host in lower case, no default port, no trailing slash; what is no URL stays. */
function spelled(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  return url ? url.origin + url.pathname.replace(/\/+$/, '') : baseUrl;
}
