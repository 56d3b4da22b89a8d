import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** How each workspace usually sends, so that a silence is noticed without reading the deliveries. */
export class WorkspaceTraffic1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE workspace_traffic (
        workspace_id text NOT NULL,
        last_at timestamptz NOT NULL,
        watched_from timestamptz,
        longest_gap_seconds double precision NOT NULL DEFAULT 0,
        earlier_gap_seconds double precision NOT NULL DEFAULT 0,
        gaps_from timestamptz NOT NULL,
        silent_told_at timestamptz,
        v1_last_at timestamptz,
        v1_told_at timestamptz,
        CONSTRAINT workspace_traffic_pkey PRIMARY KEY (workspace_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE workspace_traffic`);
  }
}
