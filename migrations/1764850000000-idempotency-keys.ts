import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Requests to the API that must not act twice. */
export class IdempotencyKeys1764850000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        id text NOT NULL,
        request text NOT NULL,
        state text NOT NULL DEFAULT 'running',
        status integer,
        answer text,
        started_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT idempotency_keys_pkey PRIMARY KEY (id),
        CONSTRAINT idempotency_keys_state_check CHECK (state IN ('running', 'answered', 'unknown'))
      )`);
    await runner.query(`CREATE INDEX idempotency_keys_started_idx ON idempotency_keys (started_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE idempotency_keys`);
  }
}
