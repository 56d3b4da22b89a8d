import { randomUUID } from 'node:crypto';
import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Secret } from '../../src/common/secret.js';
import { InstallationsModule } from '../../src/installations/installations.module.js';
import { InstallationsService } from '../../src/installations/installations.service.js';
import { OperationsModule } from '../../src/operations/operations.module.js';
import { WebhookSecretOperations } from '../../src/operations/webhook-secret.operations.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { WorkspaceSecretsModule } from '../../src/webhooks/workspace-secrets/workspace-secrets.module.js';
import { WorkspaceSecretsService } from '../../src/webhooks/workspace-secrets/workspace-secrets.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext, TEST_KEYS } from '../support/service-context.js';

const BY = { kind: 'command', id: 'test', from: 'here' } as const;

describe('the secrets of a workspace that comes by two connections', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const other = { id: 'other', mode: 'oauth', baseUrl: simulator.url, redirectUri: 'http://localhost' } as const;
    const modules = [InstallationsModule, WebhooksModule, WorkspaceSecretsModule, OperationsModule];
    const apps = [{ ...other, webhookSecrets: [] }];
    context = await serviceContext(database, simulator, modules, TEST_KEYS, { apps });
    for (const id of ['default', 'other'])
      await database.query(
        `INSERT INTO installations (id, connection_id, base_url, installation_id, status, workspace_id, workspace_slug,
                                    workspace_name, bot_user_id, application_id)
         VALUES ($1, $2, $3, 'one', 'installed', 'the workspace', 'acme', 'Acme', 'bot', 'app')`,
        [randomUUID(), id, simulator.url],
      );
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const operations = (): WebhookSecretOperations => context.get(WebhookSecretOperations);
  const set = async (workspace: string, secret: string): Promise<string> =>
    operations().set(BY, workspace, new Secret(secret), false);

  it('are listed with the connection, and each connection has its own', async () => {
    const fingerprints = { first: await set('default/acme', 'first'), second: await set('other/acme', 'second') };
    const common = { workspace: 'acme', standing: 'current' };
    expect(await context.get(WorkspaceSecretsService).list()).toMatchObject([
      { ...common, connection: 'default', fingerprint: fingerprints.first },
      { ...common, connection: 'other', fingerprint: fingerprints.second },
    ]);
    const { connection, secrets } = await operations().of('other/acme');
    expect([connection, secrets.map(({ fingerprint }) => fingerprint)]).toEqual(['other', [fingerprints.second]]);
  });

  it('can be set by one connection while those of the other are being changed', async () => {
    const installations = context.get(InstallationsService);
    const found = await installations.findByWorkspace('the workspace', 'default');
    if (!found) throw new Error('the installation is missing');
    await context.get(DataSource).transaction(async (transaction) => {
      await context.get(WorkspaceSecretsService).lock(found, transaction);
      expect(await set('other/acme', 'third')).toMatch(/^[0-9a-f]{12}$/);
    });
    expect((await operations().of('other/acme')).secrets).toHaveLength(2);
    expect((await operations().of('default/acme')).secrets).toHaveLength(1);
  });
});
