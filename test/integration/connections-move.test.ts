import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OnPlaneEvent } from 'hangar';
import { DataSource } from 'typeorm';
import { type Installation } from '../../src/installations/installation.js';
import { ConnectionOperations } from '../../src/operations/connection.operations.js';
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
