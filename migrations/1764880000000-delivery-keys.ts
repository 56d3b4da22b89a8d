import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Hashes of the keys of deleted deliveries: a webhook that is sent again later is still a duplicate. */
export class DeliveryKeys1764880000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE delivery_keys (
        hash bytea NOT NULL,
        delivery_id uuid NOT NULL,
        received_at timestamptz NOT NULL,
        CONSTRAINT delivery_keys_pkey PRIMARY KEY (hash)
      )`);
    await runner.query(`CREATE INDEX delivery_keys_received_idx ON delivery_keys (received_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE delivery_keys`);
  }
}
