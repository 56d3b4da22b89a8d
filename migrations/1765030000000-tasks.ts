import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Tasks that run at a time, and the schedules that make them. */
export class Tasks1765030000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE scheduled_tasks (
        id uuid NOT NULL,
        name text NOT NULL,
        installation_id uuid,
        workspace_id text,
        key text,
        data jsonb,
        state text NOT NULL DEFAULT 'waiting',
        due_at timestamptz NOT NULL,
        entity_id text,
        cancel_on text[],
        attempts jsonb NOT NULL DEFAULT '[]',
        log jsonb NOT NULL DEFAULT '[]',
        reason text,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        ended_at timestamptz,
        CONSTRAINT scheduled_tasks_pkey PRIMARY KEY (id),
        CONSTRAINT scheduled_tasks_state_check CHECK (
          state IN ('waiting', 'queued', 'running', 'parked', 'handled', 'skipped', 'dead_lettered', 'cancelled'))
      )`);
    await runner.query(
      `CREATE INDEX scheduled_tasks_due_idx ON scheduled_tasks (name, due_at) WHERE state = 'waiting'`,
    );
    await runner.query(
      `CREATE UNIQUE INDEX scheduled_tasks_key_key ON scheduled_tasks (installation_id, name, key)
       WHERE state = 'waiting' AND key IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX scheduled_tasks_installation_idx ON scheduled_tasks (installation_id, name, key)`);
    await runner.query(
      `CREATE INDEX scheduled_tasks_entity_idx ON scheduled_tasks (workspace_id, entity_id)
       WHERE cancel_on IS NOT NULL AND state IN ('waiting', 'queued', 'parked')`,
    );
    await runner.query(
      `CREATE INDEX scheduled_tasks_state_idx ON scheduled_tasks (state, name) WHERE ended_at IS NULL`,
    );
    await runner.query(
      `CREATE INDEX scheduled_tasks_updated_idx ON scheduled_tasks (updated_at) WHERE state <> 'waiting'`,
    );
    await runner.query(`
      CREATE TABLE schedules (
        handler text NOT NULL,
        cron text NOT NULL,
        time_zone text NOT NULL,
        next_at timestamptz NOT NULL,
        last_at timestamptz,
        CONSTRAINT schedules_pkey PRIMARY KEY (handler)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['schedules', 'scheduled_tasks']) await runner.query(`DROP TABLE ${table}`);
  }
}
