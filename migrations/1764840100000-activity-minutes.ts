import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** What all processes did, by the minute; `handler` is empty where a series has none. */
export class ActivityMinutes1764840100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE activity_minutes (
        minute timestamptz NOT NULL,
        series text NOT NULL,
        handler text NOT NULL,
        count integer NOT NULL,
        sum_ms double precision NOT NULL,
        max_ms double precision NOT NULL,
        CONSTRAINT activity_minutes_pkey PRIMARY KEY (minute, series, handler)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE activity_minutes`);
  }
}
