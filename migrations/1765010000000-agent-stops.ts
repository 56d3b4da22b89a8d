import { type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Stops are ordered by Plane's times where there are any; an activity knows the call that posts it; `json` keeps the order of
 * an action's parameters, which `jsonb` does not; and operators find runs by indexes.
 */
export class AgentStops1765010000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE agent_runs
      ADD COLUMN stop_prompted_at timestamptz,
      ADD COLUMN untimed_stop_position bigint`);
    await runner.query(`ALTER TABLE agent_turns ADD COLUMN prompted_at timestamptz`);
    await runner.query(`CREATE INDEX agent_runs_plane_idx ON agent_runs (run_id)`);
    await runner.query(`CREATE INDEX agent_runs_work_item_idx ON agent_runs (work_item_id)`);
    await runner.query(`CREATE INDEX agent_turns_prompt_idx ON agent_turns (prompt_id)`);
    await runner.query(`CREATE INDEX agent_turns_reference_idx ON agent_turns (reference) WHERE reference IS NOT NULL`);
    await runner.query(
      `CREATE INDEX agent_turns_outcome_idx ON agent_turns (outcome, run_id) WHERE outcome IN ('awaiting', 'failed')`,
    );
    await runner.query(`ALTER TABLE agent_activities
      ADD COLUMN start integer,
      ALTER COLUMN content TYPE json,
      ALTER COLUMN signal_metadata TYPE json`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE agent_activities
      ALTER COLUMN signal_metadata TYPE jsonb,
      ALTER COLUMN content TYPE jsonb,
      DROP COLUMN start`);
    for (const index of ['turns_outcome', 'turns_reference', 'turns_prompt', 'runs_work_item', 'runs_plane'])
      await runner.query(`DROP INDEX agent_${index}_idx`);
    await runner.query(`ALTER TABLE agent_turns DROP COLUMN prompted_at`);
    await runner.query(`ALTER TABLE agent_runs DROP COLUMN untimed_stop_position, DROP COLUMN stop_prompted_at`);
  }
}
