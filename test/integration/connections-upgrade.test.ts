import { randomUUID } from 'node:crypto';
import { type INestApplicationContext } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { Secret } from '../../src/common/secret.js';
import { dataSourceOptions } from '../../src/database/data-source-options.js';
import { KeyRingService } from '../../src/encryption/key-ring.service.js';
import { VaultService } from '../../src/encryption/vault.service.js';
import { EncryptionModule } from '../../src/encryption/encryption.module.js';
import { InstallationsService } from '../../src/installations/installations.service.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { tokenId } from '../../src/tokens/token.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const COUNT = 10_000;
/** The last migration of the release before connections. */
const BEFORE = 'Tasks1765030000000';

describe('the upgrade of a database with 10,000 installations', () => {
  let database: TestDatabase;
  let source: DataSource;
  let simulator: RunningSimulator;
  let context: INestApplicationContext | undefined;

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 });
    database = await createTestDatabase();
    const options = dataSourceOptions(new Secret(database.url));
    source = await new DataSource({ ...options, migrations: MIGRATIONS }).initialize();
    const newer = MIGRATIONS.length - 1 - MIGRATIONS.findIndex(({ name }) => name === BEFORE);
    for (let undone = 0; undone < newer; undone += 1) await source.undoLastMigration();
  });

  afterAll(async () => {
    await context?.close();
    await source.destroy();
    await simulator.close();
    await database.drop();
  });

  it('gives the rows the connection of the variables, and opens every token without a new consent', async () => {
    const ids = Array.from({ length: COUNT }, () => randomUUID());
    await insertInstallations(ids);
    await insertTokens(ids);
    await source.runMigrations();
    context = await serviceContext(database, simulator, [TokensModule, EncryptionModule]);
    const counted = await source.query<object[]>(
      `SELECT (SELECT count(*)::int FROM installations WHERE connection_id = 'default') AS installations,
              (SELECT count(*)::int FROM tokens WHERE connection_id = 'default') AS tokens`,
    );
    expect(counted).toEqual([{ installations: COUNT, tokens: COUNT }]);
    expect(await context.get(KeyRingService).survey()).toMatchObject({ missing: {}, newestOpens: true });
    const tokens = context.get(TokensService);
    const installations = await context.get(InstallationsService).all();
    for (const installation of installations.filter((_, index) => index % 500 === 0))
      expect((await tokens.accessToken(installation)).reveal()).toBe(`token of ${installation.id}`);
  });

  async function insertInstallations(ids: readonly string[]): Promise<void> {
    await source.query(
      `INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                                  bot_user_id, application_id)
       SELECT id::uuid, $2, id, 'installed', id, 'w-' || id, 'W', 'bot', 'app' FROM unnest($1::text[]) AS id`,
      [ids, simulator.url],
    );
  }

  /** Sealed as the release before did: for the id that follows from base URL and installation. */
  async function insertTokens(ids: readonly string[]): Promise<void> {
    const sealing = await serviceContext(await migrated(), simulator, [EncryptionModule]);
    const vault = sealing.get(VaultService);
    const rows = await Promise.all(
      ids.map(async (installationId) => {
        const id = tokenId({ kind: 'bot', baseUrl: simulator.url, installationId });
        const secret = new Secret(`token of ${installationId}`);
        return { id, installationId, text: await vault.seal(secret, `tokens/${id}/access_token`, 1) };
      }),
    );
    await sealing.close();
    await source.query(
      `INSERT INTO tokens (id, kind, base_url, installation_id, access_token, obtained_at, expires_at, due_at)
       SELECT id::uuid, 'bot', $2, "installationId"::uuid, text, now(), now() + interval '1 day', now() + interval '12 hours'
       FROM json_to_recordset($1::json) AS row (id text, "installationId" text, text text)`,
      [JSON.stringify(rows), simulator.url],
    );
  }

  /** A context needs the current schema. */
  async function migrated(): Promise<TestDatabase> {
    other ??= await createTestDatabase();
    return other;
  }
  let other: TestDatabase | undefined;
  afterAll(async () => other?.drop());
});
