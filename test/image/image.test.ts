import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ROLES } from '../../src/config/role.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { Browser } from '../support/browser.js';
import { Container, IMAGE } from '../support/container.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { describeWith } from '../support/describe-with.js';
import { freePort } from '../support/free-port.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

/** Run by `.ci/image`, which builds the image. */
describeWith('podman', IMAGE !== undefined, 'the image with restricted privileges', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let common: Record<string, string>;
  const started = new Map<string, { readonly container: Container; readonly url: string }>();

  beforeAll(async () => {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    database = await createTestDatabase({ empty: true });
    simulator = await startSimulator({
      port: 0,
      setupUrl: `${url}/oauth/setup`,
      redirectUris: [`${url}/oauth/callback`],
      webhookUrl: `${url}/webhooks/plane`,
    });
    common = {
      PORT: String(port),
      PUBLIC_URL: url,
      METRICS_PORT: '0',
      DATABASE_URL: database.url,
      HANGAR_ENCRYPTION_KEYS: `image:${randomBytes(32).toString('base64')}`,
      PLANE_BASE_URL: simulator.url,
      PLANE_CLIENT_ID: simulator.clientId,
      PLANE_CLIENT_SECRET: simulator.clientSecret,
      PLANE_WEBHOOK_SECRETS: simulator.webhookSecret,
    };
  });

  afterAll(async () => {
    await Promise.all([...started.values()].map(({ container }) => container.stop()));
    await simulator.close();
    await database.drop();
  });

  const start = async (role: string): Promise<void> => {
    const port = role === 'receiver' ? common['PORT'] : String(await freePort());
    const container = Container.start({ ...common, PORT: port ?? '', HANGAR_ROLES: role });
    const url = `http://localhost:${port}`;
    started.set(role, { container, url });
    await until(
      `the ${role} to be ready`,
      async () => (await fetch(`${url}/health/ready`).catch(() => undefined))?.ok,
    ).catch((error: Error) => {
      throw new Error(`${error.message}:\n${container.log}`);
    });
  };

  it('migrates, and changes nothing on a second run', async () => {
    const first = await Container.run(common, 'hangar', 'migrate');
    expect(first).toEqual({ code: 0, output: expect.stringMatching(/^ran \w+/m) });
    const second = await Container.run(common, 'hangar', 'migrate');
    expect(second).toEqual({ code: 0, output: 'The schema is current.\n' });
  });

  it('starts each role separately', async () => {
    await Promise.all(ROLES.map(start));
    expect([...started.keys()].toSorted()).toEqual([...ROLES].toSorted());
  });

  it('is installed, accepts a webhook and answers pong', async () => {
    const page = await new Browser().install(common['PUBLIC_URL'] ?? '');
    expect(page.status).toBe(200);
    const plane = new SimulatorControl(simulator.url);
    await plane.post('/comments', { text: '/ping', shape: 'v2' });
    await until('the answer', async () => {
      const state = await fetch(`${simulator.url}/_simulator/state`);
      const { comments } = (await state.json()) as { comments: { text: string }[] };
      return comments.some(({ text }) => text === 'pong');
    });
  });

  it('passes the doctor, except for HTTPS', async () => {
    const { code, output } = await Container.run(common, 'hangar', 'doctor', '--json');
    const { findings } = JSON.parse(output) as { findings: { check: string; ok: boolean }[] };
    expect(findings.length).toBeGreaterThan(10);
    const faults = findings.filter(({ ok }) => !ok).map(({ check }) => check);
    expect([code, faults]).toEqual([1, ['redirect uri']]);
  });

  it.each(ROLES)('exits with 0 when the %s is stopped', async (role) => {
    const one = started.get(role);
    started.delete(role);
    expect(await one?.container.stop()).toBe(0);
  });
});
