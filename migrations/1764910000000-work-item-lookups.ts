import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Searches for the projects of work items: how far each got, and what it found. */
export class WorkItemLookups1764910000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE work_item_lookups (
        installation_id uuid NOT NULL,
        work_item_id text NOT NULL,
        project_id text,
        left_project_id text,
        page_cursor text,
        page_position integer NOT NULL DEFAULT 0,
        asked integer NOT NULL DEFAULT 0,
        started_at timestamptz,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT work_item_lookups_pkey PRIMARY KEY (installation_id, work_item_id)
      )`);
    await runner.query(`CREATE INDEX work_item_lookups_updated_idx ON work_item_lookups (updated_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE work_item_lookups`);
  }
}
