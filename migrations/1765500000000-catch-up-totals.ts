import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * How many work items a quiet workspace had, so that a deletion that no webhook announced is noticed by the next check; and of
 * a work item that is gone, whether a list ever had it or a webhook alone.
 */
export class CatchUpTotals1765500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE catch_up_states ADD COLUMN work_items integer`);
    await runner.query(`ALTER TABLE catch_up_items ADD COLUMN was_listed boolean NOT NULL DEFAULT true`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE catch_up_items DROP COLUMN was_listed`);
    await runner.query(`ALTER TABLE catch_up_states DROP COLUMN work_items`);
  }
}
