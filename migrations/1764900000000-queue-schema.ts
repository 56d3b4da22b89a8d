import { type MigrationInterface, type QueryRunner } from 'typeorm';
import { queueSchemaRule } from '../src/database/queue-schema.js';

/** Without deliveries and installations there was nothing to make a job of. */
const HAS_JOBS = `EXISTS (SELECT FROM deliveries) OR EXISTS (SELECT FROM installations)`;

/**
 * Two Hangars in one database have jobs, notifications and advisory locks of their own. One that has jobs in `pgboss` keeps
 * that schema, and the keys of its locks: processes of the release before it may still run.
 */
export class QueueSchema1764900000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE queue_schema (name text CONSTRAINT queue_schema_pkey PRIMARY KEY)`);
    const [row] = (await runner.query(
      `INSERT INTO queue_schema SELECT ${queueSchemaRule(HAS_JOBS)}
       RETURNING CASE name WHEN 'pgboss' THEN 0 ELSE hashtextextended(name, 0) END AS seed`,
    )) as { seed: string }[];
    await runner.query(
      `CREATE FUNCTION lock_seed() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS 'SELECT ''${row?.seed}''::bigint'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP FUNCTION lock_seed()`);
    await runner.query(`DROP TABLE queue_schema`);
  }
}
