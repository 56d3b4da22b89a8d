import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Recovered changes belong to a connection. The release before can write rows too. */
export class CatchUpConnections1765160000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE recovered_changes ADD COLUMN connection_id text NOT NULL DEFAULT 'default'`);
    await runner.query(`DROP INDEX recovered_changes_key_idx`);
    await runner.query(
      `CREATE INDEX recovered_changes_key_idx ON recovered_changes (connection_id, workspace_id, key)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    // The release before would take them for changes of its one connection.
    await runner.query(`DELETE FROM recovered_changes WHERE connection_id <> 'default'`);
    await runner.query(`DROP INDEX recovered_changes_key_idx`);
    await runner.query(`CREATE INDEX recovered_changes_key_idx ON recovered_changes (workspace_id, key)`);
    await runner.query(`ALTER TABLE recovered_changes DROP COLUMN connection_id`);
  }
}
