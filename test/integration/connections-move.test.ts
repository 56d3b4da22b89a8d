import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OnPlaneEvent } from 'hangar';
import { DataSource } from 'typeorm';
import { BaseUrlSpelling1764911000000 } from '../../migrations/1764911000000-base-url-spelling.js';
import { type Installation } from '../../src/installations/installation.js';
import { ConnectionOperations, type MovedConnections } from '../../src/operations/connection.operations.js';
import { OperationsModule } from '../../src/operations/operations.module.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokenAdminService } from '../../src/tokens/token-admin.service.js';
import { tokenId } from '../../src/tokens/token.js';
import { TokenRefreshJobModule } from '../../src/tokens/token-refresh-job.module.js';
import { TokenRefreshJob } from '../../src/tokens/token-refresh.job.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { LifecycleRunnerService } from '../../src/webhooks/dispatch/lifecycle-runner.service.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { recorded } from '../fixtures/recorded.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext, TEST_KEYS } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';
import { userGrant } from '../support/user-grant.js';

const BY = { kind: 'command', id: 'test', from: 'here' } as const;
const USER = 'a-user';
const runs: string[] = [];

@Injectable()
class Listener {
  @OnPlaneEvent('workitem.comment.created')
  heard(event: { id: string }): void {
    runs.push(event.id);
  }
}

@Module({ providers: [Listener] })
class HandlersModule {}

describe('a Plane that got a new URL', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let before: INestApplicationContext;
  let after: INestApplicationContext;
  let installation: Installation;
  let moved: { readonly planeBaseUrl: string };
  const modules = [PlaneModule, TokensModule];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    before = await serviceContext(database, simulator, modules);
    installation = await botInstall(before, new SimulatorControl(simulator.url));
    const grant = await userGrant(before.get(PlaneOAuthService), simulator.url);
    await before.get(TokensService).storeUser(USER, grant);
    await database.query(
      `INSERT INTO linked_users (base_url, plane_user_id, issuer, subject) VALUES ($1, $2, 'i', 's')`,
      [simulator.url, USER],
    );
    moved = { planeBaseUrl: simulator.url.replace('127.0.0.1', 'localhost') };
    const all = [...modules, WebhooksModule, DispatchModule, HandlersModule, OperationsModule, TokenRefreshJobModule];
    after = await serviceContext(database, simulator, all, TEST_KEYS, moved);
  });

  afterAll(async () => {
    for (const context of [after, before]) await context.close();
    await simulator.close();
    await database.drop();
  });

  const grants = async (): Promise<object> => (await new SimulatorControl(simulator.url).counts()).grants;
  const parked = (): Promise<object[]> => database.query('SELECT awaits FROM parked_jobs');
  const baseUrls = async (): Promise<string[]> => {
    const tables = ['installations', 'tokens', 'linked_users'].map((table) => `SELECT base_url FROM ${table}`);
    const rows = await database.query<{ base_url: string }>(tables.join(' UNION '));
    return rows.map(({ base_url }) => base_url);
  };

  it('gets no refresh token of the other URL: it would reject it, and the consent would be lost', async () => {
    await database.query(`UPDATE tokens SET due_at = now() - interval '1 minute'`);
    const asked = await grants();
    await after.get(TokenRefreshJob).run();
    expect(await grants()).toEqual(asked);
    expect(await database.query('SELECT DISTINCT state FROM tokens')).toEqual([{ state: 'live' }]);
  });

  it('gets no token of the other URL by hand either', async () => {
    const asked = await grants();
    const rows = await database.query<{ id: string }>('SELECT id FROM tokens');
    expect(rows).toHaveLength(2);
    for (const { id } of rows)
      await expect(after.get(TokenAdminService).refresh(id)).rejects.toMatchObject({ code: 'token_of_another_plane' });
    expect(await grants()).toEqual(asked);
    expect(await database.query('SELECT status FROM installations')).toEqual([{ status: 'installed' }]);
  });

  it('gets no call of a lifecycle handler for an installation of the other URL', async () => {
    const data = { id: 'event', name: 'installation.added', occurredAt: new Date().toISOString() };
    const job = { data: { ...data, installationId: installation.id }, queue: 'handler', attempt: 1 };
    const result = await after.get(LifecycleRunnerService).run({} as never, job as never);
    expect(result).toMatchObject({
      outcome: 'delayed',
      reason: expect.stringContaining('its installation is unknown'),
    });
  });

  it('keeps the token of the new URL where an operator revokes that of the old one', async () => {
    const [{ id: old } = { id: '' }] = await database.query<{ id: string }>(
      `SELECT id FROM tokens WHERE kind = 'user'`,
    );
    await after.get(TokensService).storeUser(USER, await userGrant(after.get(PlaneOAuthService), simulator.url));
    const states = `SELECT base_url, state FROM tokens WHERE kind = 'user' ORDER BY state`;
    await after
      .get(DataSource)
      .transaction(async (transaction) => {
        await after.get(TokenAdminService).revoke(old, transaction);
        expect(await transaction.query(states)).toEqual([
          { base_url: moved.planeBaseUrl, state: 'live' },
          { base_url: simulator.url, state: 'revoked' },
        ]);
        throw new Error('undo');
      })
      .catch((error: Error) => expect(error.message).toBe('undo'));
    await database.query(`DELETE FROM tokens WHERE kind = 'user' AND base_url = $1`, [moved.planeBaseUrl]);
  });

  it('parks the events until the connections are moved', async () => {
    const payload = { ...recorded('v2-workitem-comment-created'), event_id: randomUUID() };
    const body = Buffer.from(JSON.stringify({ ...payload, workspace_id: installation.workspaceId }));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    await after.get(DeliveriesService).store({ event, body, headers: {}, secretFingerprint: 'abcdef01' });
    await until('the event to be parked', async () => (await parked()).length === 1);
    expect(await parked()).toEqual([{ awaits: `install:${installation.workspaceId}` }]);
  });

  it('rejects a move between equal URLs, to no URL, and from one that has no installations', async () => {
    const operations = after.get(ConnectionOperations);
    const { url } = simulator;
    await expect(operations.move(BY, { from: url, to: `${url.toUpperCase()}/` })).rejects.toThrow('are the same URL');
    await expect(operations.move(BY, { from: url, to: 'plane' })).rejects.toThrow('must be an http or https address');
    await expect(operations.move(BY, { from: 'https://other.example', to: url })).rejects.toThrow(
      `No installation belongs to https://other.example. Known: ${url}.`,
    );
  });

  it('shows what would move, and moves it, audited, with the tokens and the parked events', async () => {
    const operations = after.get(ConnectionOperations);
    const { planeBaseUrl } = moved;
    const expected = {
      from: simulator.url,
      to: planeBaseUrl,
      installations: [{ connection: 'default', workspace: 'sandbox', status: 'installed' }],
      tokens: 2,
      links: 1,
      workspaceSecrets: 0,
      replaced: 0,
      releasedEvents: 1,
    };
    expect(await operations.tryMove({ from: `${simulator.url}/`, to: planeBaseUrl })).toEqual(expected);
    expect([await baseUrls(), (await parked()).length]).toEqual([[simulator.url], 1]);
    expect(await operations.move(BY, { from: `${simulator.url}/`, to: planeBaseUrl.toUpperCase() })).toEqual(expected);
    expect(await baseUrls()).toEqual([planeBaseUrl]);
    await until('the event to be handled', () => runs.length === 1);
    const entries = await database.query(`SELECT target, outcome FROM audit_log WHERE action = 'connections.move'`);
    expect(entries).toEqual([{ target: `plane/${simulator.url}`, outcome: 'done' }]);
  });

  it('accepts the tokens that were granted before, and refreshes them', async () => {
    const tokens = after.get(TokensService);
    await database.query(`UPDATE tokens SET due_at = now() + interval '1 hour'`);
    const asked = await grants();
    await tokens.accessToken({ planeUserId: USER });
    await tokens.accessToken({ ...installation, baseUrl: moved.planeBaseUrl });
    expect(await grants()).toEqual(asked);
    const ids = (await database.query<{ id: string }>('SELECT id FROM tokens')).map(({ id }) => id);
    const baseUrl = moved.planeBaseUrl;
    const owners = [
      { kind: 'user', baseUrl, planeUserId: USER },
      { kind: 'bot', baseUrl, installationId: installation.id },
    ] as const;
    expect(ids.toSorted()).toEqual(owners.map((owner) => tokenId(owner)).toSorted());
    await database.query(`UPDATE tokens SET due_at = now() - interval '1 minute'`);
    await after.get(TokenRefreshJob).run();
    expect(await database.query('SELECT DISTINCT state, failures FROM tokens')).toEqual([
      { state: 'live', failures: 0 },
    ]);
    expect(await tokens.revokeUser(USER)).toBe(true);
  });

  it('a consent or an install at the new URL replaces the row of the old one', async () => {
    await database.query(`UPDATE tokens SET id = gen_random_uuid() WHERE kind = 'user'`);
    await after.get(TokensService).storeUser(USER, await userGrant(after.get(PlaneOAuthService), simulator.url));
    expect(await database.query(`SELECT state FROM tokens WHERE kind = 'user'`)).toEqual([{ state: 'live' }]);
  });

  it('keeps the newer rows where the app was installed at the new URL already', async () => {
    const operations = after.get(ConnectionOperations);
    await database.query(
      `INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                                  bot_user_id, application_id)
       SELECT gen_random_uuid(), 'https://old.example', 'another', status, workspace_id, 'outdated', workspace_name,
              bot_user_id, application_id FROM installations`,
    );
    expect(await operations.move(BY, { from: 'https://old.example', to: moved.planeBaseUrl })).toMatchObject({
      installations: [],
      replaced: 1,
    });
    expect(await database.query('SELECT workspace_slug FROM installations')).toEqual([{ workspace_slug: 'sandbox' }]);
  });
});

describe('one of several connections to a Plane that got a new URL', () => {
  const [OLD, NEW] = ['https://old.example', 'https://new.example'];
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const all = [PlaneModule, TokensModule, WebhooksModule, HandlersModule, OperationsModule];
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
      ...{ tokens: 1, links: 1, workspaceSecrets: 1, replaced: 0, releasedEvents: 1 },
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

describe('base URLs that an earlier release stored as they were written', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = new DataSource({ type: 'postgres', url: database.url });
    await dataSource.initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('get one spelling; of rows that were equal but for it the newest stays', async () => {
    const install = (baseUrl: string, plane: string, age: number): Promise<unknown> =>
      database.query(
        `INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                                    bot_user_id, application_id, updated_at)
         VALUES (gen_random_uuid(), $1, $2, 'installed', $2, $1, 'W', 'b', 'a', now() - make_interval(days => $3))`,
        [baseUrl, plane, age],
      );
    await install('HTTP://Plane.Example:80', 'one', 3);
    await install('http://plane.example', 'one', 1);
    await install('http://plane.example:080', 'two', 1);
    await install('https://plane.example', 'one', 1);
    await install('https://Other.example:443/plane', 'three', 1);
    await database.query(
      `INSERT INTO tokens (id, kind, base_url, installation_id, access_token, obtained_at, expires_at, due_at)
       SELECT gen_random_uuid(), 'bot', base_url, id, 'sealed', now(), now(), now() FROM installations`,
    );
    const runner = dataSource.createQueryRunner();
    await new BaseUrlSpelling1764911000000().up(runner);
    await runner.release();
    const rows = `SELECT base_url, installation_id FROM installations ORDER BY base_url, installation_id`;
    expect(await database.query(rows)).toEqual([
      { base_url: 'http://plane.example', installation_id: 'one' },
      { base_url: 'http://plane.example', installation_id: 'two' },
      { base_url: 'https://other.example/plane', installation_id: 'three' },
      { base_url: 'https://plane.example', installation_id: 'one' },
    ]);
    const slugs = await database.query(
      `SELECT workspace_slug FROM installations WHERE base_url = 'http://plane.example'`,
    );
    expect(slugs).toContainEqual({ workspace_slug: 'http://plane.example' });
    const tokens = `SELECT FROM tokens JOIN installations ON installations.id = tokens.installation_id
                    WHERE tokens.base_url = installations.base_url`;
    expect(await database.query(tokens)).toHaveLength(4);
    expect(await database.query('SELECT FROM tokens')).toHaveLength(4);
  });
});
