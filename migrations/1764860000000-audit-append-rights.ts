import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * `audit_append()` runs with its owner's rights, so that no other role may call it or make it the trigger of a table of their
 * own. Triggers that exist fire without that right: PostgreSQL checks it when a trigger is created.
 */
export class AuditAppendRights1764860000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`REVOKE EXECUTE ON FUNCTION audit_append() FROM PUBLIC`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`GRANT EXECUTE ON FUNCTION audit_append() TO PUBLIC`);
  }
}
