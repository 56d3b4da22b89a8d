import { type MigrationInterface, type QueryRunner } from 'typeorm';

const TABLES = ['installations', 'tokens', 'webhook_secrets', 'deliveries'];

/**
 * Rows name the connection to Plane that they belong to; what exists belongs to that of the variables `PLANE_…`. The default
 * stays, so that the release before can write rows too, and no table is rewritten.
 */
export class Connections1765130000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of TABLES)
      await runner.query(`ALTER TABLE ${table} ADD COLUMN connection_id text NOT NULL DEFAULT 'default'`);
    await this.replaceKeys(runner, 'connection_id, ');
  }

  async down(runner: QueryRunner): Promise<void> {
    // Rows of other connections mean nothing to the release before, and could violate its keys.
    await runner.query(`
      DELETE FROM tokens WHERE connection_id <> 'default'
        OR installation_id IN (SELECT id FROM installations WHERE connection_id <> 'default')`);
    for (const table of ['webhook_secrets', 'installations'])
      await runner.query(`DELETE FROM ${table} WHERE connection_id <> 'default'`);
    await this.replaceKeys(runner, '');
    for (const table of TABLES) await runner.query(`ALTER TABLE ${table} DROP COLUMN connection_id`);
  }

  /** @param first what the columns of the keys begin with */
  private async replaceKeys(runner: QueryRunner, first: string): Promise<void> {
    await runner.query(`ALTER TABLE installations DROP CONSTRAINT installations_installation_key`);
    await runner.query(`
      ALTER TABLE installations
        ADD CONSTRAINT installations_installation_key UNIQUE (${first}base_url, installation_id)`);
    await runner.query(`DROP INDEX installations_workspace_idx`);
    await runner.query(
      `CREATE INDEX installations_workspace_idx ON installations (${first}base_url, workspace_id, updated_at)`,
    );
    await runner.query(`DROP INDEX tokens_user_key`);
    await runner.query(
      `CREATE UNIQUE INDEX tokens_user_key ON tokens (${first}base_url, plane_user_id) WHERE kind = 'user'`,
    );
    await runner.query(`ALTER TABLE webhook_secrets DROP CONSTRAINT webhook_secrets_fingerprint_key`);
    await runner.query(`
      ALTER TABLE webhook_secrets
        ADD CONSTRAINT webhook_secrets_fingerprint_key UNIQUE (${first}base_url, workspace_id, fingerprint)`);
  }
}
