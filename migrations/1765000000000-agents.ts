import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Agents: the runs that Plane starts, a turn for each prompt, and the activities that answer it. */
export class Agents1765000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE agent_runs (
        id uuid NOT NULL,
        workspace_id text NOT NULL,
        run_id text NOT NULL,
        status text NOT NULL,
        work_item_id text,
        project_id text,
        comment_id text,
        creator_id text,
        agent_user_id text,
        stop_position bigint,
        last_activity_at timestamptz,
        heartbeat_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        ended_at timestamptz,
        CONSTRAINT agent_runs_pkey PRIMARY KEY (id),
        CONSTRAINT agent_runs_run_key UNIQUE (workspace_id, run_id)
      )`);
    await runner.query(
      `CREATE INDEX agent_runs_heartbeat_idx ON agent_runs (heartbeat_at) WHERE heartbeat_at IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX agent_runs_updated_idx ON agent_runs (updated_at)`);
    await createTurns(runner);
    await createActivities(runner);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['agent_activities', 'agent_turns', 'agent_runs']) await runner.query(`DROP TABLE ${table}`);
  }
}

async function createTurns(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE agent_turns (
      id uuid NOT NULL,
      run_id uuid NOT NULL,
      prompt_id text,
      prompt jsonb,
      position bigint NOT NULL,
      delivery_id uuid NOT NULL,
      handler text NOT NULL,
      state text NOT NULL,
      outcome text,
      stop_requested_at timestamptz,
      saved_state text,
      starts integer NOT NULL DEFAULT 0,
      attempt integer NOT NULL DEFAULT 0,
      activities integer NOT NULL DEFAULT 0,
      merged_into uuid,
      merged_start integer,
      reason text,
      reference text,
      received_at timestamptz NOT NULL,
      acknowledged_at timestamptz,
      started_at timestamptz,
      ended_at timestamptz,
      updated_at timestamptz NOT NULL DEFAULT now(),
      CONSTRAINT agent_turns_pkey PRIMARY KEY (id),
      CONSTRAINT agent_turns_run_fkey FOREIGN KEY (run_id) REFERENCES agent_runs (id) ON DELETE CASCADE,
      CONSTRAINT agent_turns_prompt_key UNIQUE (run_id, prompt_id),
      CONSTRAINT agent_turns_state_check CHECK (state IN ('waiting', 'running', 'parked', 'closed')),
      CONSTRAINT agent_turns_outcome_check
        CHECK (outcome IN ('completed', 'awaiting', 'failed', 'stopped', 'merged') AND (state = 'closed') = (outcome IS NOT NULL))
    )`);
  await runner.query(`CREATE INDEX agent_turns_run_idx ON agent_turns (run_id, position)`);
  await runner.query(`CREATE INDEX agent_turns_open_idx ON agent_turns (state, run_id) WHERE state <> 'closed'`);
  await runner.query(`CREATE INDEX agent_turns_delivery_idx ON agent_turns (delivery_id)`);
}

async function createActivities(runner: QueryRunner): Promise<void> {
  await runner.query(`
    CREATE TABLE agent_activities (
      id uuid NOT NULL,
      turn_id uuid NOT NULL,
      number integer NOT NULL,
      key text NOT NULL,
      type text NOT NULL,
      content jsonb NOT NULL,
      signal text,
      signal_metadata jsonb,
      closes boolean NOT NULL,
      status text NOT NULL,
      claimed_by uuid,
      claimed_at timestamptz,
      plane_id text,
      error text,
      created_at timestamptz NOT NULL DEFAULT now(),
      sent_at timestamptz,
      CONSTRAINT agent_activities_pkey PRIMARY KEY (id),
      CONSTRAINT agent_activities_turn_fkey FOREIGN KEY (turn_id) REFERENCES agent_turns (id) ON DELETE CASCADE,
      CONSTRAINT agent_activities_number_key UNIQUE (turn_id, number),
      CONSTRAINT agent_activities_key_key UNIQUE (key),
      CONSTRAINT agent_activities_type_check CHECK (type IN ('thought', 'action', 'response', 'elicitation', 'error')),
      CONSTRAINT agent_activities_status_check CHECK (status IN ('pending', 'sent', 'dropped', 'failed'))
    )`);
  await runner.query(
    `CREATE UNIQUE INDEX agent_activities_closing_key ON agent_activities (turn_id) WHERE closes AND status <> 'failed'`,
  );
  await runner.query(
    `CREATE INDEX agent_activities_pending_idx ON agent_activities (created_at) WHERE status = 'pending'`,
  );
}
