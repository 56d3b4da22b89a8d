import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The states of connections to Plane that have an API key. */
export class PlaneConnections1765100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE plane_connections (
        id text NOT NULL,
        base_url text NOT NULL,
        workspace_slug text NOT NULL,
        state text NOT NULL,
        detail text,
        changed_at timestamptz NOT NULL DEFAULT now(),
        checked_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT plane_connections_pkey PRIMARY KEY (id),
        CONSTRAINT plane_connections_state_check CHECK (
          state IN ('working', 'key_rejected', 'workspace_denied', 'workspace_empty', 'unreachable'))
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE plane_connections`);
  }
}
