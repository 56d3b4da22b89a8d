import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** OAuth states that were used up and codes that were seen at the callback. */
export class OAuthUsedValues1764870000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE oauth_used_values (
        value_hash text NOT NULL,
        state_hash text,
        expires_at timestamptz NOT NULL,
        CONSTRAINT oauth_used_values_pkey PRIMARY KEY (value_hash)
      )`);
    await runner.query(`CREATE INDEX oauth_used_values_expiry_idx ON oauth_used_values (expires_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE oauth_used_values`);
  }
}
