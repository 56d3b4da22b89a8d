import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SimulatorOptions } from '../../simulator/simulator-options.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { SAMPLE } from '../../simulator/world/seed.js';
import { ApiClient } from '../support/api-client.js';
import { Browser } from '../support/browser.js';
import { hangarCommand } from '../support/cli.js';
import { developmentSignIn } from '../support/console-session.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { freePort } from '../support/free-port.js';
import { HangarProcess } from '../support/hangar-process.js';
import { pingWebhook, sign } from '../support/hangar-with-simulator.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

/** Of two Planes with OAuth, the first one that of the short form, and of a community edition. */
const IDS = ['cloud', 'inside', 'ce'] as const;
type Id = (typeof IDS)[number];

describe('several connections in one process', () => {
  let database: TestDatabase;
  let hangar: HangarProcess;
  let url: string;
  let environment: Record<string, string>;
  let planes: Record<Id, RunningSimulator>;
  const control = (id: Id): SimulatorControl => new SimulatorControl(planes[id].url);

  beforeAll(async () => {
    const port = await freePort();
    url = `http://localhost:${port}`;
    const plane = (id: Id, path: string, options: Partial<SimulatorOptions> = {}): Promise<RunningSimulator> =>
      startSimulator({
        port: 0,
        setupUrl: `${url}/oauth/setup/${id}`,
        redirectUris: [`${url}/oauth/callback/${id}`],
        webhookUrl: `${url}/webhooks/plane${path}`,
        ...options,
      });
    // The same ids of workspaces everywhere; one sends its webhooks to the address without a connection.
    planes = {
      cloud: await plane('cloud', '/cloud'),
      inside: await plane('inside', ''),
      ce: await plane('ce', '/ce', { edition: 'ce' }),
    };
    database = await createTestDatabase();
    const file = join(mkdtempSync(join(tmpdir(), 'apps-')), 'apps.json');
    writeFileSync(file, JSON.stringify([app('cloud'), app('inside'), key('ce')]));
    environment = {
      NODE_ENV: 'development',
      DATABASE_URL: database.url,
      HANGAR_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
      HANGAR_APPS_FILE: file,
    };
    hangar = await HangarProcess.start({ ...environment, PORT: String(port) });
    for (const id of ['cloud', 'inside'] as const) await new Browser().install(url, `/oauth/setup/${id}`);
    await until('three installations', async () => (await installations()).length === 3);
  });

  afterAll(async () => {
    await hangar.end('SIGKILL');
    await Promise.all(IDS.map(async (id) => planes[id].close()));
    await database.drop();
  });

  const app = (id: Id): object => {
    const { url: baseUrl, clientId, clientSecret, webhookSecret } = planes[id];
    return { id, baseUrl, clientId, clientSecret, webhookSecrets: [webhookSecret] };
  };
  const key = (id: Id): object => {
    const { url: baseUrl, apiKey, workspace, webhookSecret } = planes[id];
    return { id, mode: 'api-key', baseUrl, apiKey, workspace, webhookSecrets: [webhookSecret] };
  };
  const installations = (): Promise<{ connection_id: string; workspace_id: string; base_url: string }[]> =>
    database.query(
      `SELECT connection_id, workspace_id, base_url FROM installations WHERE status = 'installed' ORDER BY connection_id`,
    );
  const ping = (id: Id): Promise<object> => control(id).post('/comments', { text: '/ping' });
  const pongs = async (id: Id): Promise<number> =>
    (await control(id).comments()).filter((text) => text === 'pong').length;
  const post = async (path: string, secret: string): Promise<number> => {
    const body = pingWebhook('v2');
    const headers = { 'content-type': 'application/json', 'x-plane-signature': sign(body, secret) };
    return (await fetch(`${url}/webhooks/plane${path}`, { method: 'POST', headers, body })).status;
  };

  it('installs the same workspace once for each', async () => {
    expect(await installations()).toEqual(
      IDS.toSorted().map((id) => ({
        connection_id: id,
        workspace_id: SAMPLE.workspaceId,
        base_url: planes[id].url,
      })),
    );
    const owners = await database.query(`SELECT connection_id FROM tokens WHERE kind = 'bot' ORDER BY connection_id`);
    expect(owners).toEqual([{ connection_id: 'cloud' }, { connection_id: 'inside' }]);
  });

  it('answers each event in its own Plane', async () => {
    for (const id of IDS) {
      await ping(id);
      await until(`the answer in ${id}`, async () => (await pongs(id)) === 1);
    }
    for (const id of IDS) expect([id, await pongs(id)]).toEqual([id, 1]);
    const stored = await database.query(`SELECT DISTINCT connection_id FROM deliveries ORDER BY 1`);
    expect(stored).toEqual(IDS.toSorted().map((id) => ({ connection_id: id })));
  });

  it('accepts at the address of a connection its own secret alone, and at the plain one any', async () => {
    expect(await post('/cloud', planes.cloud.webhookSecret)).toBe(202);
    expect(await post('/cloud', planes.inside.webhookSecret)).toBe(401);
    expect(await post('/cloud/', planes.cloud.webhookSecret)).toBe(202);
    expect(await post('', planes.inside.webhookSecret)).toBe(202);
    expect(await post('/elsewhere', planes.cloud.webhookSecret)).toBe(404);
  });

  describe('lists', () => {
    type Item = Readonly<Record<string, unknown>>;
    let api: ApiClient;
    const browser = new Browser();

    beforeAll(async () => {
      api = await ApiClient.of(hangar);
      await browser.open(developmentSignIn(hangar.log));
    });

    const items = async (path: string): Promise<Item[]> => (await api.call('GET', path)).json['items'] as Item[];
    const connectionsIn = async (path: string): Promise<string[]> =>
      [...new Set((await items(path)).map(({ connection }) => String(connection)))].toSorted((one, other) =>
        one.localeCompare(other),
      );
    const page = async (path: string): Promise<string> => (await browser.open(`${url}/console/${path}`)).text();
    const count = async (id: Id): Promise<number> => {
      const rows = await database.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM deliveries WHERE connection_id = $1`,
        [id],
      );
      return rows[0]?.count ?? 0;
    };

    it('of the API show the connection, and are filtered by it', async () => {
      for (const list of ['deliveries', 'installations', 'tokens']) {
        const all = list === 'tokens' ? ['cloud', 'inside'] : ['ce', 'cloud', 'inside'];
        expect([list, await connectionsIn(list)]).toEqual([list, all]);
        expect([list, await connectionsIn(`${list}?connection=inside`)]).toEqual([list, ['inside']]);
        const [one] = await items(`${list}?connection=inside`);
        const { json } = await api.call('GET', `${list}/${String(one?.['id'])}`);
        expect([list, json['connection']]).toEqual([list, 'inside']);
        const unknown = await api.call('GET', `${list}?connection=clod`);
        expect([list, unknown.status, unknown.json['detail']]).toEqual([
          list,
          400,
          expect.stringContaining('connection is unknown; known: cloud, inside, ce'),
        ]);
      }
      expect(await items('tokens?connection=ce')).toEqual([]);
      expect(await connectionsIn(`deliveries?workspace=cloud/${planes.cloud.workspace}`)).toEqual(['cloud']);
      const mixed = await api.call('GET', `deliveries?workspace=cloud/${planes.cloud.workspace}&connection=ce`);
      expect([mixed.status, mixed.json['detail']]).toEqual([400, expect.stringContaining('workspace is unknown')]);
      expect(api.faults).toEqual([]);
    });

    it('of the API replay those of one connection', async () => {
      const headers = { 'idempotency-key': randomUUID() };
      const dry = await api.call('POST', 'deliveries/replay', { connection: 'inside', dryRun: true }, headers);
      expect(dry.json).toMatchObject({ deliveries: await count('inside'), dryRun: true });
    });

    it('of the console show the connection and filter by it', async () => {
      const text = await page('deliveries?connection=inside');
      expect(text).toContain('<option value="inside" selected>inside</option>');
      expect(text).toMatch(/data-label="Connection">inside</);
      expect(text).not.toMatch(/data-label="Connection">c/);
      for (const list of ['deliveries', 'installations', 'tokens'])
        expect([list, await page(list)]).toEqual([list, expect.stringMatching(/data-label="Connection">cloud</)]);
      expect(await page('tokens?connection=inside')).not.toMatch(/data-label="Connection">cloud</);
    });

    it('of the console show a delivery with the installation of its own connection', async () => {
      const rename = (slug: string): Promise<unknown> =>
        database.query(`UPDATE installations SET workspace_slug = $1 WHERE connection_id = 'inside'`, [slug]);
      await rename('renamed');
      try {
        for (const [id, slug] of [
          ['inside', 'renamed'],
          ['cloud', planes.cloud.workspace],
        ] as const) {
          const [delivery] = await items(`deliveries?connection=${id}`);
          expect(delivery).toMatchObject({ connection: id, workspaceSlug: slug });
          const text = await page(`deliveries/${String(delivery?.['id'])}`);
          expect(text).toContain(`<a href="/console/deliveries?workspace=${slug}&amp;connection=${id}">${slug}</a>`);
        }
      } finally {
        await rename(planes.inside.workspace);
      }
    });

    it('of the command line show the connection and are filtered by it', async () => {
      const list = (...args: string[]): ReturnType<typeof hangarCommand> => hangarCommand(args, environment);
      for (const name of ['deliveries', 'installations', 'tokens']) {
        const { stdout } = await list(name, 'list', '--connection', 'cloud', '--json');
        const found = (JSON.parse(stdout) as Record<string, { connectionId: string }[]>)[name] ?? [];
        expect([name, [...new Set(found.map(({ connectionId }) => connectionId))]]).toEqual([name, ['cloud']]);
        const text = await list(name, 'list');
        expect([name, text.stdout]).toEqual([name, expect.stringMatching(/ cloud\/|^cloud\//m)]);
        const unknown = await list(name, 'list', '--connection', 'clod');
        expect([name, unknown.code, unknown.stderr]).toEqual([
          name,
          2,
          expect.stringMatching(
            /--connection: "clod" is unknown\. Did you mean cloud[^?]*\? Known names: cloud, inside, ce\./,
          ),
        ]);
      }
    });
  });

  it('asks which Plane is meant, and tells the answer of one from that of another', async () => {
    const which = await fetch(`${url}/oauth/setup`, { headers: { accept: 'application/json' }, redirect: 'manual' });
    expect(await which.json()).toMatchObject({
      type: 'urn:hangar:connection_needed',
      detail: expect.stringContaining('/oauth/setup/cloud or /oauth/setup/inside'),
    });
    const none = await fetch(`${url}/oauth/setup/ce`, { headers: { accept: 'application/json' } });
    expect(await none.json()).toMatchObject({ type: 'urn:hangar:oauth_unavailable' });
    const browser = new Browser();
    const back = await browser.consent(url, '/oauth/setup?connection=cloud', { decision: 'install' });
    const mixed = await browser.open(back.replace('/callback/cloud', '/callback/inside'), {
      headers: { accept: 'application/json' },
    });
    expect(await mixed.json()).toMatchObject({ type: 'urn:hangar:oauth_connection_mixed' });
  });

  it('handles and refreshes for the others while one Plane hangs on every call', async () => {
    for (const match of ['/api/v1/', '/auth/o/'])
      await control('cloud').post('/faults', { match, kind: 'slow', ms: 600_000 });
    const before = { inside: await pongs('inside'), ce: await pongs('ce'), cloud: await pongs('cloud') };
    for (let count = 0; count < 20; count += 1) await ping('cloud');
    const versions = async (): Promise<Record<string, number>> => {
      const rows = await database.query<{ id: string; version: number }>(
        `SELECT connection_id AS id, version FROM tokens WHERE kind = 'bot'`,
      );
      return Object.fromEntries(rows.map(({ id, version }) => [id, version]));
    };
    const old = await versions();
    await database.query(`UPDATE tokens SET due_at = now()`);
    for (const id of ['inside', 'ce'] as const) {
      for (let count = 0; count < 3; count += 1) await ping(id);
      await until(`the answers in ${id}`, async () => (await pongs(id)) >= before[id] + 3);
    }
    await until('the refresh', async () => ((await versions())['inside'] ?? 0) > (old['inside'] ?? 0));
    expect((await versions())['cloud']).toBe(old['cloud']);
    await control('cloud').clearFaults();
    await until('the answers in cloud', async () => (await pongs('cloud')) > before.cloud);
  });

  it('lists workspace secrets with their connections, and changes those of one alone', async () => {
    const slug = planes.ce.workspace;
    const secrets = async (...args: string[]): ReturnType<typeof hangarCommand> =>
      hangarCommand(['webhook-secrets', ...args], environment, planes.cloud.webhookSecret);
    expect((await secrets('set', `inside/${slug}`, '--force')).stderr).toBe('');
    expect((await secrets('set', `cloud/${slug}`, '--force')).stderr).toBe('');
    expect((await secrets('remove', `inside/${slug}`, '--force')).stderr).toBe('');
    expect((await secrets('list')).stdout).toMatch(new RegExp(`^cloud/${slug} +[0-9a-f]{12} +current`, 'm'));
    const api = await ApiClient.of(hangar);
    const { json } = await api.call('GET', 'webhook-secrets');
    expect(json).toMatchObject({ items: [{ connection: 'cloud', workspace: slug }] });
    const inside = await api.call('GET', `webhook-secrets/${encodeURIComponent(`inside/${slug}`)}`);
    expect(inside.json).toMatchObject({ connection: 'inside', workspace: slug, secrets: [] });
    const browser = new Browser();
    await browser.open(developmentSignIn(hangar.log));
    const page = await (await browser.open(`${url}/console/webhook-secrets`)).text();
    expect(page).toContain(`value="inside/${slug}"`);
    expect(page).toMatch(new RegExp(`scope="row"[^>]*>cloud/${slug}<`));
    expect((await secrets('remove', `cloud/${slug}`, '--force')).stderr).toBe('');
  });
});
