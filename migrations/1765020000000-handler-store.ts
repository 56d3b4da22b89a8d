import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What handlers store: values, and which work is done once. */
export class HandlerStore1765020000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE handler_values (
        installation_id uuid NOT NULL,
        handler_class text NOT NULL,
        key text NOT NULL,
        value text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT handler_values_pkey PRIMARY KEY (installation_id, handler_class, key)
      )`);
    await runner.query(`
      CREATE TABLE handler_once (
        installation_id uuid NOT NULL,
        handler_class text NOT NULL,
        key text NOT NULL,
        owner text NOT NULL,
        leased_until timestamptz NOT NULL,
        done_at timestamptz,
        result text,
        expires_at timestamptz,
        CONSTRAINT handler_once_pkey PRIMARY KEY (installation_id, handler_class, key)
      )`);
    await runner.query(
      `CREATE INDEX handler_once_expires_idx ON handler_once (expires_at) WHERE expires_at IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE handler_once`);
    await runner.query(`DROP TABLE handler_values`);
  }
}
