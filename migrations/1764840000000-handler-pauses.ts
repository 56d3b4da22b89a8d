import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Handlers that an operator has paused. */
export class HandlerPauses1764840000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE handler_pauses (
        handler text NOT NULL,
        paused_at timestamptz NOT NULL,
        paused_by text NOT NULL,
        reason text,
        CONSTRAINT handler_pauses_pkey PRIMARY KEY (handler)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE handler_pauses`);
  }
}
