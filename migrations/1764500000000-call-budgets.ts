import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Budgets of calls to Plane; not logged: after a crash of the database each begins anew. */
export class CallBudgets1764500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE UNLOGGED TABLE plane_budgets (
        key text NOT NULL,
        calls_limit integer NOT NULL,
        remaining integer NOT NULL,
        resets_at timestamptz NOT NULL,
        CONSTRAINT plane_budgets_pkey PRIMARY KEY (key)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE plane_budgets`);
  }
}
