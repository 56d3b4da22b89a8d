import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type LifecycleContext, type LifecycleEvent, OnLifecycleEvent } from 'hangar';
import { type Installation } from '../../src/installations/installation.js';
import { InstallationsModule } from '../../src/installations/installations.module.js';
import { InstallationsService } from '../../src/installations/installations.service.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { InstallationCheckService } from '../../src/tokens/installation-check.service.js';
import { TokenRefreshJobModule } from '../../src/tokens/token-refresh-job.module.js';
import { TokenRefreshJob } from '../../src/tokens/token-refresh.job.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { WelcomeHandler } from '../fixtures/welcome.handler.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';
import { userGrant } from '../support/user-grant.js';

const heard: { readonly event: LifecycleEvent; readonly planeSays?: string }[] = [];

@Injectable()
class Listener {
  @OnLifecycleEvent('installation.added')
  async added(event: LifecycleEvent<'installation.added'>, context: LifecycleContext): Promise<void> {
    const me = await context.planeIn(event.installation).users.me();
    heard.push({ event, planeSays: String(me.id) });
  }

  @OnLifecycleEvent('installation.removed')
  removed(event: LifecycleEvent<'installation.removed'>): void {
    heard.push({ event });
  }

  @OnLifecycleEvent('token.needs_consent')
  needsConsent(event: LifecycleEvent<'token.needs_consent'>): void {
    heard.push({ event });
  }
}

@Module({ providers: [Listener, WelcomeHandler] })
class ListenerModule {}

const MODULES = [PlaneModule, InstallationsModule, TokensModule, TokenRefreshJobModule, DispatchModule, ListenerModule];

describe('detection of uninstalls, for which Plane sends no event', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let context: INestApplicationContext;
  let installation: Installation;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    context = await serviceContext(database, simulator, MODULES);
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const install = (): Promise<Installation> => botInstall(context, plane);

  const uninstall = (keepTokens: boolean): Promise<unknown> =>
    plane.post(`/installations/${installation.installationId}/uninstall`, { keepTokens });
  const check = async (): Promise<void> => {
    await database.query(`UPDATE installations SET check_at = now()`);
    await context.get(InstallationCheckService).tick();
  };
  const token = async (): Promise<unknown> =>
    (
      await database.query(
        `SELECT state, access_token IS NULL AS wiped FROM tokens WHERE kind = 'bot' AND installation_id = $1`,
        [installation.id],
      )
    )[0];
  const status = async (): Promise<unknown> =>
    (await context.get(InstallationsService).findById(installation.id))?.status;
  const revocations = async (): Promise<number> =>
    (await plane.counts()).requests['POST /auth/o/revoke-token/ 200'] ?? 0;
  const names = (): string[] => heard.map(({ event }) => event.name);

  it('an install is published once, with a working client', async () => {
    installation = await install();
    await install();
    await until('the handler to run', () => heard.length > 0);
    expect(heard).toEqual([
      {
        event: {
          id: expect.stringMatching(/^[0-9a-f-]{36}$/),
          name: 'installation.added',
          occurredAt: expect.any(Date),
          installation: expect.objectContaining({ id: installation.id, status: 'installed' }),
        },
        planeSays: installation.botUserId,
      },
    ]);
  });

  it('the handler in the README runs', async () => {
    const listed = async (): Promise<boolean> =>
      'GET /api/v1/workspaces/sandbox/projects/ 200' in (await plane.counts()).requests;
    expect(await until('the projects to be listed', listed)).toBe(true);
  });

  it('an installation is kept while Plane confirms it or does not respond', async () => {
    await check();
    await plane.post('/faults', { match: '/auth/o/', kind: 'status', status: 500 });
    await check();
    await plane.clearFaults();
    expect([await status(), await token()]).toEqual(['installed', { state: 'live', wiped: false }]);
  });

  it('the check stores a new name of the workspace', async () => {
    await plane.post(`/workspaces/${installation.workspaceSlug}`, { name: 'Renamed' });
    await check();
    expect(await context.get(InstallationsService).findById(installation.id)).toMatchObject({
      workspaceName: 'Renamed',
    });
  });

  it.each([
    ['Plane says so', true],
    ['Plane rejects its token', false],
  ])('is detected when %s; the token is revoked, and the event is published', async (_, keepTokens) => {
    heard.length = 0;
    const before = await revocations();
    await uninstall(keepTokens);
    await check();
    expect([await status(), await token()]).toEqual(['uninstalled', { state: 'revoked', wiped: true }]);
    await until('Plane to be asked to revoke the token too', async () => (await revocations()) > before);
    await until('the handler to run', () => names().includes('installation.removed'));
    await expect(context.get(TokensService).accessToken(installation)).rejects.toMatchObject({
      code: 'installation_gone',
    });
    await check();
    installation = await install();
    await until('the handler to run', () => names().includes('installation.added'));
    expect([await status(), await token()]).toEqual(['installed', { state: 'live', wiped: false }]);
    expect(names()).toEqual(['installation.removed', 'installation.added']);
  });

  it('is detected by the refresh of its token, which is not retried', async () => {
    heard.length = 0;
    await uninstall(false);
    await database.query(`UPDATE tokens SET due_at = now() WHERE kind = 'bot' AND state = 'live'`);
    await context.get(TokenRefreshJob).run();
    expect([await status(), await token()]).toEqual(['uninstalled', { state: 'revoked', wiped: true }]);
    const { grants } = await plane.state();
    await database.query(`UPDATE tokens SET due_at = now()`);
    await context.get(TokenRefreshJob).run();
    expect((await plane.state()).grants).toEqual(grants);
    await until('the handler to run', () => names().includes('installation.removed'));
  });

  it('a rejected grant of a user publishes token.needs_consent', async () => {
    const oauth = context.get(PlaneOAuthService);
    await context.get(TokensService).storeUser('somebody', await userGrant(oauth, simulator.url));
    await database.query(`UPDATE tokens SET due_at = now() WHERE kind = 'user'`);
    await plane.post('/faults', { match: '/auth/o/token/', kind: 'refuse-grant' });
    await context.get(TokenRefreshJob).run();
    await plane.clearFaults();
    const event = await until('the handler to run', () =>
      heard.map((each) => each.event).find(({ name }) => name === 'token.needs_consent'),
    );
    expect(event).toMatchObject({
      planeUserId: 'somebody',
      reason: expect.stringContaining('invalid_grant'),
    });
  });
});
