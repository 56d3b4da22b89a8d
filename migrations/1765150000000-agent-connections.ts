import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Runs of agents name the connection to Plane that they belong to: two apps may be agents in one workspace. What exists belongs
 * to that of the variables `PLANE_…`. The default stays, so that the release before can write rows too, and no row is
 * rewritten.
 */
export class AgentConnections1765150000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE agent_runs ADD COLUMN connection_id text NOT NULL DEFAULT 'default'`);
    await this.replaceKeys(runner, 'workspace_id, run_id, connection_id', 'connection_id, heartbeat_at');
    await runner.query(`CREATE INDEX agent_runs_connection_idx ON agent_runs (connection_id, id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    // Runs of other connections mean nothing to the release before, and could violate its key.
    await runner.query(`DELETE FROM agent_runs WHERE connection_id <> 'default'`);
    await this.replaceKeys(runner, 'workspace_id, run_id', 'heartbeat_at');
    await runner.query(`ALTER TABLE agent_runs DROP COLUMN connection_id`);
  }

  private async replaceKeys(runner: QueryRunner, run: string, heartbeat: string): Promise<void> {
    await runner.query(`ALTER TABLE agent_runs DROP CONSTRAINT agent_runs_run_key`);
    await runner.query(`ALTER TABLE agent_runs ADD CONSTRAINT agent_runs_run_key UNIQUE (${run})`);
    await runner.query(`DROP INDEX agent_runs_heartbeat_idx`);
    await runner.query(
      `CREATE INDEX agent_runs_heartbeat_idx ON agent_runs (${heartbeat}) WHERE heartbeat_at IS NOT NULL`,
    );
  }
}
