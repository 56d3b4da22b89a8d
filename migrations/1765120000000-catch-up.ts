import { type MigrationInterface, type QueryRunner } from 'typeorm';

const UP = [
  `CREATE TABLE catch_up_states (
     installation_id uuid NOT NULL,
     workspace_id text NOT NULL,
     seen_to timestamptz NOT NULL DEFAULT now(),
     checked_at timestamptz,
     check_at timestamptz NOT NULL DEFAULT now(),
     suspect_since timestamptz,
     missed_since timestamptz,
     lists_at timestamptz,
     CONSTRAINT catch_up_states_pkey PRIMARY KEY (installation_id)
   )`,
  `CREATE INDEX catch_up_states_check_idx ON catch_up_states (check_at)`,
  `CREATE TABLE catch_up_runs (
     id uuid NOT NULL,
     installation_id uuid NOT NULL,
     reason text NOT NULL,
     requested_by text,
     since timestamptz NOT NULL,
     until timestamptz NOT NULL,
     state text NOT NULL DEFAULT 'waiting',
     progress jsonb NOT NULL DEFAULT '{}',
     recovered integer NOT NULL DEFAULT 0,
     known integer NOT NULL DEFAULT 0,
     unrecoverable integer NOT NULL DEFAULT 0,
     calls integer NOT NULL DEFAULT 0,
     failures integer NOT NULL DEFAULT 0,
     first_missed_at timestamptz,
     last_missed_at timestamptz,
     error text,
     created_at timestamptz NOT NULL DEFAULT now(),
     updated_at timestamptz NOT NULL DEFAULT now(),
     ended_at timestamptz,
     CONSTRAINT catch_up_runs_pkey PRIMARY KEY (id),
     CONSTRAINT catch_up_runs_state_check CHECK (state IN ('waiting', 'running', 'done', 'failed'))
   )`,
  `CREATE UNIQUE INDEX catch_up_runs_open_key ON catch_up_runs (installation_id) WHERE ended_at IS NULL`,
  `CREATE INDEX catch_up_runs_installation_idx ON catch_up_runs (installation_id, created_at)`,
  `CREATE TABLE catch_up_items (
     run_id uuid NOT NULL,
     entity_id text NOT NULL,
     project_id text NOT NULL,
     data jsonb,
     changed_at timestamptz,
     CONSTRAINT catch_up_items_pkey PRIMARY KEY (run_id, entity_id)
   )`,
  `CREATE TABLE catch_up_lists (
     installation_id uuid NOT NULL,
     project_id text NOT NULL,
     kind text NOT NULL,
     entities jsonb NOT NULL,
     read_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT catch_up_lists_pkey PRIMARY KEY (installation_id, project_id, kind)
   )`,
  `CREATE TABLE catch_up_gaps (
     id uuid NOT NULL,
     installation_id uuid NOT NULL,
     run_id uuid NOT NULL,
     key text NOT NULL,
     kind text NOT NULL,
     project_id text,
     entity_id text,
     detail text NOT NULL,
     changed_at timestamptz,
     created_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT catch_up_gaps_pkey PRIMARY KEY (id),
     CONSTRAINT catch_up_gaps_key_key UNIQUE (installation_id, key)
   )`,
  `CREATE INDEX catch_up_gaps_created_idx ON catch_up_gaps (created_at)`,
  `CREATE TABLE recovered_changes (
     id uuid NOT NULL,
     workspace_id text NOT NULL,
     key text NOT NULL,
     value text,
     changed_at timestamptz,
     changed_from timestamptz,
     delivery_id uuid,
     announced_at timestamptz,
     recorded_at timestamptz NOT NULL DEFAULT now(),
     CONSTRAINT recovered_changes_pkey PRIMARY KEY (id)
   )`,
  `CREATE INDEX recovered_changes_key_idx ON recovered_changes (workspace_id, key)`,
  `CREATE INDEX recovered_changes_recorded_idx ON recovered_changes (recorded_at)`,
  `CREATE TABLE receiver_heartbeat (
     id boolean NOT NULL DEFAULT true,
     seen_at timestamptz NOT NULL,
     CONSTRAINT receiver_heartbeat_pkey PRIMARY KEY (id)
   )`,
  `ALTER TABLE workspace_traffic ADD COLUMN verified_at timestamptz, ADD COLUMN missed_since timestamptz`,
];

const DOWN = [
  `ALTER TABLE workspace_traffic DROP COLUMN verified_at, DROP COLUMN missed_since`,
  ...[
    'receiver_heartbeat',
    'recovered_changes',
    'catch_up_gaps',
    'catch_up_lists',
    'catch_up_items',
    'catch_up_runs',
    'catch_up_states',
  ].map((table) => `DROP TABLE ${table}`),
];

/** What was seen of Plane's changes, catch-ups, and what they recovered and could not recover. */
export class CatchUp1765120000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}
