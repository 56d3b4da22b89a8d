import { type MigrationInterface, type QueryRunner } from 'typeorm';

const UP = [
  `ALTER TABLE tokens ALTER COLUMN access_token DROP NOT NULL`,
  `ALTER TABLE tokens DROP CONSTRAINT tokens_state_check`,
  `ALTER TABLE tokens
     ADD CONSTRAINT tokens_state_check CHECK (state IN ('live', 'needs_consent', 'revoked')),
     ADD CONSTRAINT tokens_wiped_check CHECK (
       (state <> 'revoked' AND access_token IS NOT NULL)
       OR (state = 'revoked' AND access_token IS NULL AND refresh_token IS NULL AND previous_refresh_token IS NULL))`,
  `DROP INDEX tokens_schedule_idx`,
  `CREATE INDEX tokens_due_idx ON tokens (due_at) WHERE state = 'live'`,
  `ALTER TABLE installations ADD COLUMN check_at timestamptz NOT NULL DEFAULT now()`,
  `CREATE INDEX installations_check_idx ON installations (check_at) WHERE status = 'installed'`,
  `CREATE TABLE parked_jobs (
     id uuid NOT NULL,
     queue text NOT NULL,
     data jsonb NOT NULL,
     awaits text NOT NULL,
     parked_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT parked_jobs_pkey PRIMARY KEY (id)
   )`,
  `CREATE INDEX parked_jobs_awaits_idx ON parked_jobs (awaits)`,
];

const DOWN = [
  `DROP TABLE parked_jobs`,
  `ALTER TABLE installations DROP COLUMN check_at`,
  `DROP INDEX tokens_due_idx`,
  `CREATE INDEX tokens_schedule_idx ON tokens (expires_at, due_at) WHERE state = 'live'`,
  `DELETE FROM tokens WHERE state = 'revoked'`,
  `ALTER TABLE tokens DROP CONSTRAINT tokens_wiped_check, DROP CONSTRAINT tokens_state_check`,
  `ALTER TABLE tokens ADD CONSTRAINT tokens_state_check CHECK (state IN ('live', 'needs_consent'))`,
  `ALTER TABLE tokens ALTER COLUMN access_token SET NOT NULL`,
];

/** Revoked tokens without secrets, installations that are looked at again, jobs that wait for a person. */
export class Uninstalls1764400000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
