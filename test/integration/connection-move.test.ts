import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConnectionOperations, type MovedConnections } from '../../src/operations/connection.operations.js';
import { OperationsModule } from '../../src/operations/operations.module.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const BY = { kind: 'command', id: 'test', from: 'here' } as const;
const USER = 'a-user';

describe('one of several connections to a Plane that got a new URL', () => {
  const [OLD, NEW] = ['https://old.example', 'https://new.example'];
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const all = [PlaneModule, TokensModule, WebhooksModule, OperationsModule];
    context = await serviceContext(database, simulator, all);
    for (const connection of ['cloud', 'second']) await install(connection);
    await database.query(
      `INSERT INTO linked_users (base_url, plane_user_id, issuer, subject) VALUES ($1, $2, 'i', 's')`,
      [OLD, USER],
    );
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  async function install(connection: string): Promise<void> {
    await database.query(
      `INSERT INTO installations (id, connection_id, base_url, installation_id, status, workspace_id, workspace_slug,
                                  workspace_name, bot_user_id, application_id)
       VALUES (gen_random_uuid(), $1, $2, 'one', 'installed', 'w', 'acme', 'Acme', 'bot', 'app')`,
      [connection, OLD],
    );
    await database.query(
      `INSERT INTO tokens (id, kind, connection_id, base_url, plane_user_id, access_token, obtained_at, expires_at, due_at)
       VALUES (gen_random_uuid(), 'user', $1, $2, $3, 'sealed', now(), now(), now())`,
      [connection, OLD, USER],
    );
    await database.query(
      `INSERT INTO webhook_secrets (id, connection_id, base_url, workspace_id, fingerprint, secret, set_at)
       VALUES (gen_random_uuid(), $1, $2, 'w', 'abcdef012345', 'sealed', now())`,
      [connection, OLD],
    );
    await database.query(
      `INSERT INTO parked_jobs (id, queue, data, awaits)
       SELECT gen_random_uuid(), min(name), '{}', $1 FROM pgboss.queue`,
      [`install:${connection}/w`],
    );
  }

  /** Where each connection's rows are. */
  const places = async (): Promise<object[]> =>
    database.query(
      ['installations', 'tokens', 'webhook_secrets']
        .map((table) => `SELECT '${table}' AS of, connection_id AS id, base_url AS at FROM ${table}`)
        .join(' UNION ALL ')
        .concat(' ORDER BY id, of'),
    );
  const placed = (id: string, at: string): object[] =>
    ['installations', 'tokens', 'webhook_secrets'].map((of) => ({ of, id, at }));
  const links = (): Promise<object[]> => database.query('SELECT base_url AS at FROM linked_users ORDER BY base_url');
  const move = async (connection: string, to = NEW): Promise<MovedConnections> =>
    context.get(ConnectionOperations).move(BY, { from: OLD, to, connection });

  it('is the one that is named', async () => {
    await expect(move('elsewhere')).rejects.toThrow(
      `No installation of the connection "elsewhere" belongs to ${OLD}. Known: none.`,
    );
  });

  it('moves alone, with its parked events; the links of people are at both URLs', async () => {
    expect(await move('cloud')).toMatchObject({
      installations: [{ connection: 'cloud', workspace: 'acme' }],
      tokens: 1,
      links: 1,
      workspaceSecrets: 1,
      replaced: 0,
      releasedEvents: 1,
    });
    expect(await places()).toEqual([...placed('cloud', NEW), ...placed('second', OLD)]);
    expect(await links()).toEqual([{ at: NEW }, { at: OLD }]);
    expect(await database.query('SELECT awaits FROM parked_jobs')).toEqual([{ awaits: 'install:second/w' }]);
    const audited = await database.query(`SELECT details FROM audit_log WHERE outcome = 'done'`);
    expect(audited).toMatchObject([{ details: { to: NEW, connection: 'cloud' } }]);
  });

  it('does not replace the rows of another connection at the new URL', async () => {
    expect(await move('second')).toMatchObject({ tokens: 1, links: 0, workspaceSecrets: 1, replaced: 1 });
    expect(await places()).toEqual([...placed('cloud', NEW), ...placed('second', NEW)]);
    expect(await links()).toEqual([{ at: NEW }]);
  });
});
