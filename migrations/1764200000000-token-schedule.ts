import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** When each token falls due, so that the schedule finds it without reading the others. */
export class TokenSchedule1764200000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE tokens ADD COLUMN due_at timestamptz`);
    await runner.query(`
      UPDATE tokens SET due_at = coalesce(expires_at, now()) -
        least(interval '1 hour', (coalesce(expires_at, now()) - obtained_at) / 3)`);
    await runner.query(`UPDATE tokens SET expires_at = obtained_at WHERE expires_at IS NULL`);
    await runner.query(`ALTER TABLE tokens ALTER COLUMN due_at SET NOT NULL, ALTER COLUMN expires_at SET NOT NULL`);
    await runner.query(`CREATE INDEX tokens_schedule_idx ON tokens (expires_at, due_at) WHERE state = 'live'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX tokens_schedule_idx`);
    await runner.query(`ALTER TABLE tokens DROP COLUMN due_at, ALTER COLUMN expires_at DROP NOT NULL`);
  }
}
