import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/common/secret.js';
import { loadConfig } from '../../src/config/load-config.js';
import { connectionsOf } from '../../src/config/plane-connections.js';
import { corporateNetwork } from '../../src/config/corporate-network.js';
import { MetricsService } from '../../src/observability/metrics.service.js';
import { type CallBudgetsService } from '../../src/plane/call-budgets.service.js';
import { PlaneClockService } from '../../src/plane/plane-clock.service.js';
import { PlaneClientFactory } from '../../src/plane/plane-client.factory.js';
import { exchange } from '../../src/plane/plane-exchange.js';
import { PlaneExchangeService } from '../../src/plane/plane-exchange.service.js';
import { PlaneHealthService } from '../../src/plane/plane-health.service.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { sdkAxios } from '../../src/plane/plane-sdk.js';
import { PlaneTiming } from '../../src/plane/plane-timing.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { dataFolder } from '../support/data-folder.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { connectProxy, lockedProxy, tlsPlane } from '../support/tls-plane.js';
import { until } from '../support/until.js';

/** Until the faults are removed. */
const HELD_MS = 600_000;
/** Clients without a key count no calls. */
const NO_BUDGETS = {} as CallBudgetsService;

/** Plane's services for a configuration, and how to let go of their sockets. */
function planeServices(environment: Record<string, string>) {
  const config = loadConfig({ PLANE_CLIENT_ID: 'id', PLANE_CLIENT_SECRET: 'client-hush', ...environment });
  const connections = connectionsOf(config);
  const exchangeService = new PlaneExchangeService(
    config,
    connections,
    new PlaneClockService(),
    new MetricsService(),
    new PlaneTiming(),
    new PlaneHealthService(new PlaneTiming()),
  );
  return {
    config,
    oauth: new PlaneOAuthService(connections, exchangeService),
    clients: new PlaneClientFactory(connections, exchangeService, NO_BUDGETS),
    close: () => exchangeService.onApplicationShutdown(),
  };
}

async function failureOf(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => new Error('it worked'),
    (error: unknown) => error as Error,
  );
}

describe('calls to Plane', () => {
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let services: ReturnType<typeof planeServices>;
  let installationId: string;

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    installationId = String((await plane.post('/installations'))['id']);
    services = planeServices({
      PLANE_BASE_URL: simulator.url,
      PLANE_CLIENT_ID: simulator.clientId,
      PLANE_CLIENT_SECRET: simulator.clientSecret,
    });
  });

  afterEach(() => plane.clearFaults());

  afterAll(async () => {
    services.close();
    await simulator.close();
  });

  const bot = async (): Promise<Secret> => (await services.oauth.mintBotToken(installationId)).accessToken;

  it('fetch a token for each call', async () => {
    let supplied = 0;
    const client = services.clients.create({
      live: async () => {
        supplied += 1;
        return bot();
      },
    });
    expect((await client.users.me()).id).toBeDefined();
    expect((await client.projects.list('sandbox')).results).toHaveLength(2);
    expect(supplied).toBe(2);
  });

  it('can be aborted', async () => {
    await plane.post('/faults', { match: '/api/v1/', kind: 'slow', ms: HELD_MS });
    const [token, caller] = [await bot(), new AbortController()];
    const client = services.clients.create({ live: async () => token }, { signal: caller.signal });
    const failure = failureOf(client.users.me());
    await until('Plane to be asked', async () => (await plane.counts()).underWay > 0);
    caller.abort();
    expect(await failure).toMatchObject({ name: 'PlaneError', kind: 'aborted' });
  });

  it('can be interrupted: those under way are aborted, and later ones are made', async () => {
    await plane.post('/faults', { match: '/api/v1/', kind: 'slow', ms: HELD_MS });
    const [token, stop] = [await bot(), new AbortController()];
    const client = services.clients.create({ live: async () => token }, { interruption: () => stop.signal });
    const failure = failureOf(client.users.me());
    await until('Plane to be asked', async () => (await plane.counts()).underWay > 0);
    stop.abort();
    expect(await failure).toMatchObject({ name: 'PlaneError', kind: 'aborted' });
    await plane.clearFaults();
    expect((await client.users.me()).id).toBeDefined();
  });

  it('end after the time-out, even if Plane’s response trickles in', async () => {
    await plane.post('/faults', { match: '/api/v1/', kind: 'slow', ms: HELD_MS });
    const network = corporateNetwork(services.config);
    const call = exchange({ ...network, timeoutMs: 100, secrets: [] }, () =>
      sdkAxios().get(`${simulator.url}/api/v1/users/me/`),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'PlaneError', kind: 'timeout', status: 504 });
  });

  it('do not change other requests through the SDK’s axios', async () => {
    const error = await failureOf(sdkAxios().get(`${simulator.url}/api/v1/users/me/`));
    expect(error.name).toBe('AxiosError');
  });

  it.each([
    ['a status', { kind: 'status', status: 500 }, { kind: 'answer', planeStatus: 500 }],
    ['the rate limit', { kind: 'status', status: 429 }, { kind: 'answer', planeStatus: 429 }],
    ['a dropped connection', { kind: 'drop' }, { kind: 'network' }],
  ])('fail with a Hangar error on %s, which contains no secret', async (_, fault, expected) => {
    const token = await bot();
    await plane.post('/faults', { match: '/', ...fault });
    const api = await failureOf(services.clients.create({ live: async () => token }).users.me());
    const grant = await failureOf(services.oauth.refresh(new Secret('refresh-hush')));
    for (const error of [api, grant]) {
      expect(error).toMatchObject({ name: 'PlaneError', ...expected });
      const shown = inspect(error, { depth: 9, showHidden: true }) + JSON.stringify(error);
      for (const secret of [token.reveal(), simulator.clientSecret, 'refresh-hush', 'Bearer', 'Basic'])
        expect(shown).not.toContain(secret);
    }
  });

  it('report a wrong client secret', async () => {
    const wrong = planeServices({ PLANE_BASE_URL: simulator.url, PLANE_CLIENT_ID: simulator.clientId });
    const error = await failureOf(wrong.oauth.mintBotToken(installationId));
    expect(error).toMatchObject({ planeStatus: 401, planeCode: 'invalid_client' });
    expect(error.message).toContain('PLANE_CLIENT_SECRET');
    wrong.close();
  });

  it('request the scopes in the consent URL, with spaces as %20', () => {
    const scoped = planeServices({ PLANE_SCOPES: 'projects:read work_items:write' });
    expect(scoped.oauth.consentUrl('the-state')).toMatch(
      /&state=the-state&scope=projects%3Aread%20work_items%3Awrite$/,
    );
    scoped.close();
  });

  it('accept a response only in the documented shape', async () => {
    const odd = await tlsPlane({ hello: 'world' });
    const folder = dataFolder();
    const pem = join(folder, 'ca.pem');
    writeFileSync(pem, odd.ca);
    const client = planeServices({
      PLANE_BASE_URL: `https://localhost:${odd.port}`,
      NODE_EXTRA_CA_CERTS: pem,
    });
    await expect(client.oauth.mintBotToken('x')).rejects.toThrow(/answered 200 .*does not document/);
    client.close();
    await odd.close();
    rmSync(folder, { recursive: true });
  });

  it('use the configured proxy and trust its certificate authority', async () => {
    const inner = await tlsPlane({ access_token: 'bot-token', token_type: 'Bearer' });
    const proxy = await connectProxy(inner.port);
    const folder = dataFolder();
    const pem = join(folder, 'ca.pem');
    writeFileSync(pem, inner.ca);
    const environment = {
      PLANE_BASE_URL: 'https://plane.internal',
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
    };
    const trusting = planeServices({ ...environment, NODE_EXTRA_CA_CERTS: pem });
    expect((await trusting.oauth.mintBotToken('x')).accessToken.reveal()).toBe('bot-token');
    expect(proxy.asked).toEqual(['plane.internal:443']);
    const distrusting = planeServices(environment);
    await expect(distrusting.oauth.mintBotToken('x')).rejects.toThrow(/NODE_EXTRA_CA_CERTS/);
    for (const each of [trusting, distrusting]) each.close();
    for (const listener of [proxy, inner]) await listener.close();
    rmSync(folder, { recursive: true });
  });

  it.each(['127.0.0.0/8', 'localhost,127.0.0.1', '.internal\n*:<port>'])(
    'bypass the proxy with NO_PROXY=%j',
    async (list) => {
      const inner = await tlsPlane({ access_token: 'bot-token', token_type: 'Bearer' });
      const proxy = await connectProxy(inner.port);
      const folder = dataFolder();
      const pem = join(folder, 'ca.pem');
      writeFileSync(pem, inner.ca);
      const client = planeServices({
        PLANE_BASE_URL: `https://127.0.0.1:${inner.port}`,
        HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
        NO_PROXY: list.replace('<port>', String(inner.port)),
        NODE_EXTRA_CA_CERTS: pem,
      });
      expect((await client.oauth.mintBotToken('x')).accessToken.reveal()).toBe('bot-token');
      expect(proxy.asked).toEqual([]);
      client.close();
      for (const listener of [proxy, inner]) await listener.close();
      rmSync(folder, { recursive: true });
    },
  );

  it('say that the proxy wants a user', async () => {
    const proxy = await lockedProxy();
    const way = { PLANE_BASE_URL: 'https://plane.internal', HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
    const client = planeServices(way);
    await expect(client.oauth.mintBotToken('x')).rejects.toThrow(
      /The proxy wants a user and a password, .*HTTPS_PROXY=http:\/\/user:password@host:port/,
    );
    client.close();
    await proxy.close();
  });
});
