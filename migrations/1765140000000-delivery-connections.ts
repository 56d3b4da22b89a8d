import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Deliveries are filtered by connection, newest first. The few values of the first column make the index small. */
export class DeliveryConnections1765140000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX deliveries_connection_idx ON deliveries (connection_id, received_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX deliveries_connection_idx`);
  }
}
