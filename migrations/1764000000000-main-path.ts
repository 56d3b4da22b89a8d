import { type MigrationInterface, type QueryRunner } from 'typeorm';

const UP = [
  `
  CREATE TABLE installations (
    id uuid NOT NULL,
    base_url text NOT NULL,
    installation_id text NOT NULL,
    status text NOT NULL,
    workspace_id text NOT NULL,
    workspace_slug text NOT NULL,
    workspace_name text NOT NULL,
    bot_user_id text NOT NULL,
    application_id text NOT NULL,
    webhook_id text,
    installed_by text,
    uninstalled_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT installations_pkey PRIMARY KEY (id),
    CONSTRAINT installations_installation_key UNIQUE (base_url, installation_id),
    CONSTRAINT installations_status_check CHECK (status IN ('installed', 'uninstalled'))
  )`,
  `CREATE INDEX installations_workspace_idx ON installations (base_url, workspace_id, updated_at)`,
  `
  CREATE TABLE tokens (
    id uuid NOT NULL,
    kind text NOT NULL,
    base_url text NOT NULL,
    installation_id uuid,
    plane_user_id text,
    access_token text NOT NULL,
    refresh_token text,
    scope text,
    obtained_at timestamptz NOT NULL,
    expires_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT tokens_pkey PRIMARY KEY (id),
    CONSTRAINT tokens_owner_check CHECK (
      (kind = 'bot' AND installation_id IS NOT NULL AND plane_user_id IS NULL)
      OR (kind = 'user' AND installation_id IS NULL AND plane_user_id IS NOT NULL)
    )
  )`,
  `CREATE UNIQUE INDEX tokens_bot_key ON tokens (installation_id) WHERE kind = 'bot'`,
  `CREATE UNIQUE INDEX tokens_user_key ON tokens (base_url, plane_user_id) WHERE kind = 'user'`,
  `
  CREATE TABLE oauth_states (
    state_hash text NOT NULL,
    browser_hash text NOT NULL,
    flow text NOT NULL,
    return_to text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT oauth_states_pkey PRIMARY KEY (state_hash),
    CONSTRAINT oauth_states_flow_check CHECK (flow IN ('bot', 'user'))
  )`,
  `CREATE INDEX oauth_states_expiry_idx ON oauth_states (expires_at)`,
  `
  CREATE TABLE deliveries (
    id uuid NOT NULL,
    key text NOT NULL,
    workspace_id text NOT NULL,
    event_name text NOT NULL,
    source text NOT NULL,
    entity_id text,
    body bytea NOT NULL,
    headers jsonb NOT NULL,
    secret_fingerprint text NOT NULL,
    received_at timestamptz NOT NULL,
    CONSTRAINT deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT deliveries_key_key UNIQUE (key)
  )`,
  `CREATE INDEX deliveries_received_idx ON deliveries (received_at)`,
];
const TABLES = ['deliveries', 'oauth_states', 'tokens', 'installations'];

/** Installations, tokens, OAuth states and deliveries. */
export class MainPath1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of TABLES) await runner.query(`DROP TABLE ${table}`);
  }
}
