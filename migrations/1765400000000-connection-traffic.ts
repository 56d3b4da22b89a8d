import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What both tables have. */
const COPIED = `last_at, watched_from, longest_gap_seconds, earlier_gap_seconds, gaps_from, silent_told_at, v1_last_at, v1_told_at,
  verified_at, missed_since`;

/**
 * How each workspace usually sends by each connection: the same workspace may come by several. What is known of a workspace
 * is that of the connections where it is installed. A table of its own, since the release before writes `workspace_traffic` by
 * its key and may still run.
 */
export class ConnectionTraffic1765400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE connection_traffic (
        connection_id text NOT NULL,
        workspace_id text NOT NULL,
        last_at timestamptz NOT NULL,
        watched_from timestamptz,
        longest_gap_seconds double precision NOT NULL DEFAULT 0,
        earlier_gap_seconds double precision NOT NULL DEFAULT 0,
        gaps_from timestamptz NOT NULL,
        silent_told_at timestamptz,
        v1_last_at timestamptz,
        v1_told_at timestamptz,
        verified_at timestamptz,
        missed_since timestamptz,
        CONSTRAINT connection_traffic_pkey PRIMARY KEY (connection_id, workspace_id)
      )`);
    await runner.query(`
      INSERT INTO connection_traffic (connection_id, workspace_id, ${COPIED})
      SELECT CASE WHEN workspace_id = '' THEN '' ELSE coalesce(installed.connection_id, 'default') END, workspace_id, ${COPIED}
      FROM workspace_traffic
      LEFT JOIN (SELECT DISTINCT connection_id, workspace_id FROM installations WHERE status = 'installed') AS installed
        USING (workspace_id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE connection_traffic`);
  }
}
