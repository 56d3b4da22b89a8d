import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Operators: their sessions, who they are, and which Plane users they act as. */
export class Operators1764820000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE console_sessions (
        id_hash text NOT NULL,
        issuer text NOT NULL,
        subject text NOT NULL,
        sid text,
        name text,
        email text,
        role text,
        id_token text,
        csrf_token text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        last_seen_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL,
        CONSTRAINT console_sessions_pkey PRIMARY KEY (id_hash),
        CONSTRAINT console_sessions_role_check CHECK (role IN ('viewer', 'operator', 'admin'))
      )`);
    await runner.query(`CREATE INDEX console_sessions_subject_idx ON console_sessions (issuer, subject)`);
    await runner.query(`CREATE INDEX console_sessions_expiry_idx ON console_sessions (expires_at)`);
    await runner.query(`
      CREATE TABLE used_logout_tokens (
        token_hash text NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT used_logout_tokens_pkey PRIMARY KEY (token_hash)
      )`);
    await runner.query(`CREATE INDEX used_logout_tokens_expiry_idx ON used_logout_tokens (expires_at)`);
    await runner.query(`
      CREATE TABLE people (
        issuer text NOT NULL,
        subject text NOT NULL,
        name text,
        email text,
        role text,
        first_seen_at timestamptz,
        last_seen_at timestamptz,
        disabled_at timestamptz,
        CONSTRAINT people_pkey PRIMARY KEY (issuer, subject),
        CONSTRAINT people_role_check CHECK (role IN ('viewer', 'operator', 'admin'))
      )`);
    await runner.query(`
      CREATE TABLE linked_users (
        base_url text NOT NULL,
        plane_user_id text NOT NULL,
        issuer text NOT NULL,
        subject text NOT NULL,
        linked_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT linked_users_pkey PRIMARY KEY (base_url, plane_user_id)
      )`);
    await runner.query(`CREATE INDEX linked_users_subject_idx ON linked_users (issuer, subject)`);
    await runner.query(`ALTER TABLE oauth_states ADD COLUMN subject text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE oauth_states DROP COLUMN subject`);
    for (const table of ['linked_users', 'people', 'used_logout_tokens', 'console_sessions'])
      await runner.query(`DROP TABLE ${table}`);
  }
}
