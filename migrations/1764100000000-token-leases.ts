import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What keeps two renewals of a token apart, and tells after a crash how far one got. */
export class TokenLeases1764100000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tokens
        ADD COLUMN state text NOT NULL DEFAULT 'live',
        ADD COLUMN lease_id uuid,
        ADD COLUMN lease_until timestamptz,
        ADD COLUMN in_flight boolean NOT NULL DEFAULT false,
        ADD COLUMN previous_refresh_token text,
        ADD COLUMN failures integer NOT NULL DEFAULT 0,
        ADD COLUMN next_attempt_at timestamptz,
        ADD COLUMN last_error text,
        ADD CONSTRAINT tokens_state_check CHECK (state IN ('live', 'needs_consent'))`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE tokens
        DROP COLUMN state, DROP COLUMN lease_id, DROP COLUMN lease_until, DROP COLUMN in_flight,
        DROP COLUMN previous_refresh_token, DROP COLUMN failures, DROP COLUMN next_attempt_at,
        DROP COLUMN last_error`);
  }
}
