import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** The retention deletes parked jobs by their age. */
export class ParkedSince1764920000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX parked_jobs_parked_idx ON parked_jobs (parked_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX parked_jobs_parked_idx`);
  }
}
