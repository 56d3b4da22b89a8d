import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What deliveries are filtered by, newest first; also when a workspace last sent. */
export class DeliveryFilters1764720000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX deliveries_workspace_idx ON deliveries (workspace_id, received_at)`);
    await runner.query(`CREATE INDEX deliveries_event_idx ON deliveries (event_name, received_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX deliveries_event_idx`);
    await runner.query(`DROP INDEX deliveries_workspace_idx`);
  }
}
