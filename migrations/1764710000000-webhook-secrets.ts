import { type MigrationInterface, type QueryRunner } from 'typeorm';

/** Webhook secrets of single workspaces, encrypted. */
export class WebhookSecrets1764710000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE webhook_secrets (
        id uuid NOT NULL,
        base_url text NOT NULL,
        workspace_id text NOT NULL,
        fingerprint text NOT NULL,
        secret text NOT NULL,
        set_at timestamptz NOT NULL,
        CONSTRAINT webhook_secrets_pkey PRIMARY KEY (id),
        CONSTRAINT webhook_secrets_fingerprint_key UNIQUE (base_url, workspace_id, fingerprint)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE webhook_secrets`);
  }
}
