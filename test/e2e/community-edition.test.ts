import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SAMPLE } from '../../simulator/world/seed.js';
import { Browser } from '../support/browser.js';
import { type CommandResult, hangarCommand } from '../support/cli.js';
import { developmentSignIn } from '../support/console-session.js';
import { API_KEY, connectionState, installed, startCommunity } from '../support/community-server.js';
import { type HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { metricSum } from '../support/metric.js';
import { until } from '../support/until.js';

const KEY_USER = SAMPLE.botId;

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint?: string;
}

describe('the community edition, with an API key', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await startCommunity();
    await installed(together);
  });

  afterAll(async () => {
    await together.stop();
  });

  const state = async (): Promise<string | undefined> => connectionState(together);
  const ping = (): Promise<object> => together.plane.post('/comments', { text: '/ping' });
  const answered = async (what: string, count: number): Promise<void> => {
    await until(what, async () => (await together.pongs()) === count);
  };
  const parked = async (): Promise<string[]> => {
    const rows = await together.database.query<{ awaits: string }>('SELECT awaits FROM parked_jobs');
    return rows.map(({ awaits }) => awaits);
  };
  const command = (...args: string[]): Promise<CommandResult> =>
    hangarCommand(args, { ...together.environment, PUBLIC_URL: together.url });
  const metric = (series: string): Promise<number> =>
    metricSum([`http://localhost:${together.environment['METRICS_PORT']}/metrics`], series);

  it('is installed by its key at the start: no one consents', async () => {
    const [installation] = await together.database.query<object>(
      `SELECT workspace_id, workspace_slug, bot_user_id, status FROM installations`,
    );
    expect(installation).toEqual({
      workspace_id: SAMPLE.workspaceId,
      workspace_slug: 'sandbox',
      bot_user_id: KEY_USER,
      status: 'installed',
    });
    expect(await together.database.query('SELECT FROM tokens')).toEqual([]);
    await until(
      'the state of the connection',
      async () => (await metric('hangar_plane_connection_state{connection="default",state="working"}')) === 1,
    );
  });

  it('answers a comment as the user of the key, and not its own', async () => {
    await ping();
    await answered('the answer', 1);
    const skipped = `SELECT FROM delivery_outcomes WHERE state = 'skipped'`;
    await until('its own comment to be left alone', async () => (await together.database.query(skipped)).length > 0);
    const { requests } = await together.plane.counts();
    expect(Object.keys(requests).filter((path) => path.includes('/auth/'))).toEqual([]);
  });

  it('counts its calls by key', async () => {
    const [budget] = await together.database.query<{ key: string }>('SELECT key FROM plane_budgets');
    expect(budget?.key).toMatch(/^key:[0-9a-f]{16}$/);
    expect(budget?.key).not.toContain(API_KEY.slice(-16));
  });

  it('waits as long as a 429 says, and handles the event once', async () => {
    const fault = { match: '/api/v1/workspaces/', kind: 'status', status: 429, retryAfterSeconds: 1, times: 1 };
    await together.plane.post('/faults', fault);
    await ping();
    await answered('the answer after the limit', 2);
    expect(await together.pongs()).toBe(2);
  });

  it('says in plain words that this edition has no consent', async () => {
    const page = await fetch(`${together.url}/oauth/setup`, { headers: { accept: 'text/html' }, redirect: 'manual' });
    expect(page.status).toBe(404);
    const text = await page.text();
    expect(text).toContain('This edition has no consent');
    expect(text).toContain('without anything to do here');
    expect(text).not.toContain('Try again');
    const callback = await fetch(`${together.url}/oauth/callback?code=x`, { headers: { accept: 'application/json' } });
    expect(await callback.json()).toMatchObject({ type: 'urn:hangar:oauth_unavailable', status: 404 });
  });

  it('says so of tokens and agents too', async () => {
    expect((await command('tokens', 'list')).stdout).toContain('the community edition has no apps, no consent');
    const browser = new Browser();
    await browser.open(developmentSignIn(together.hangar.log));
    expect(await (await browser.open(`${together.url}/console/tokens`)).text()).toContain('no consent and no tokens');
    expect(together.hangar.log).toContain('the community edition has no agents');
  });

  it('names in doctor what an admin does in Plane', async () => {
    const { stdout, code } = await command('doctor', '--json');
    const { findings } = JSON.parse(stdout) as { findings: Finding[] };
    const detail = (check: string): string | undefined => findings.find((each) => each.check === check)?.detail;
    expect(findings.filter(({ ok }) => !ok)).toEqual([]);
    expect(detail('API key')).toBe(`accepted by Plane; the app acts as user ${KEY_USER}`);
    expect(detail('workspace')).toBe(`sandbox (${SAMPLE.workspaceId})`);
    expect(detail('tokens')).toContain('this edition has no tokens');
    const steps = detail('webhook in Plane') ?? '';
    expect(steps).toContain(`URL: ${together.url}/webhooks/plane`);
    expect(steps).toContain('project, issue, module, cycle, issue_comment');
    expect(steps).toContain('WEBHOOK_ALLOWED_HOSTS=localhost');
    expect(steps).toContain('/sandbox/settings/webhooks');
    expect(stdout).not.toContain(API_KEY);
    expect(code).toBe(0);
  });

  it('proves the round trip with a comment that it deletes', async () => {
    const before = (await together.world()).comments.length;
    const { stdout } = await command('doctor', '--canary', 'WEB-1');
    expect(stdout).toContain('ok   canary: the webhook of a comment on WEB-1 arrived');
    expect((await together.world()).comments).toHaveLength(before);
  });

  it('says that no webhook arrives where Plane sends none to this server', async () => {
    const { stdout } = await command('doctor', '--canary', 'NONE-1');
    expect(stdout).toMatch(/BAD {2}canary: .*404/);
  });

  it('goes on after a restart without another install', async () => {
    await together.hangar.end('SIGTERM');
    await together.startHangar();
    await ping();
    await answered('the answer', 3);
    const installs = await together.database.query(`SELECT FROM audit_log WHERE action = 'installation.add'`);
    expect(installs).toHaveLength(1);
  });

  it('parks events while the key is revoked, and handles them once it works again', async () => {
    const before = await together.pongs();
    await together.plane.post('/api-key', { enabled: false });
    await ping();
    await until('the event to be parked', async () => (await parked()).includes('key:default'));
    expect(await state()).toBe('key_rejected');
    await until(
      'the state of the connection',
      async () => (await metric('hangar_plane_connection_state{connection="default",state="key_rejected"}')) === 1,
    );
    const browser = new Browser();
    await browser.open(developmentSignIn(together.hangar.log));
    expect(await (await browser.open(`${together.url}/console`)).text()).toContain('Plane rejects the API key');
    expect(await (await browser.open(`${together.url}/console/installations`)).text()).toContain('Make a new key');
    const { stdout, code } = await command('doctor');
    expect(stdout).toContain('BAD  API key: Plane rejects PLANE_API_KEY: it is wrong, revoked or expired');
    expect(code).toBe(1);
    expect((await fetch(`${together.url}/health/ready`)).status).toBe(200);
    await together.plane.post('/api-key', { enabled: true });
    await answered('the answer', before + 1);
    expect(await state()).toBe('working');
    expect(await parked()).toEqual([]);
  });

  it('reports a workspace that the key does not know', async () => {
    await together.hangar.end('SIGTERM');
    await together.startHangar({ PLANE_WORKSPACE: 'nowhere' });
    await until('the state', async () => (await state()) === 'workspace_denied');
    const { stdout } = await hangarCommand(['doctor'], { ...together.environment, PLANE_WORKSPACE: 'nowhere' });
    expect(stdout).toContain('BAD  workspace: The API key works, but Plane knows no workspace "nowhere" for its user');
  });
});

describe('the community edition, with a wrong key', () => {
  let together: HangarWithSimulator;

  beforeAll(async () => {
    together = await startCommunity({ PLANE_API_KEY: 'plane_api_wrong' });
  });

  afterAll(async () => {
    await together.stop();
  });

  it('starts, keeps the events, and handles them once the key is right', async () => {
    const state = async (): Promise<string | undefined> => connectionState(together);
    await until('the state', async () => (await state()) === 'key_rejected');
    await together.plane.post('/comments', { text: '/ping' });
    const parked = () => together.database.query<{ awaits: string }>('SELECT awaits FROM parked_jobs');
    await until('the event to be parked', async () => (await parked()).length === 1);
    expect(await together.database.query('SELECT FROM installations')).toEqual([]);
    expect(together.hangar.log).not.toContain('plane_api_wrong');
    await together.hangar.end('SIGTERM');
    await together.startHangar({ PLANE_API_KEY: API_KEY });
    await until('the answer', async () => (await together.pongs()) === 1);
    await until('the state', async () => (await state()) === 'working');
  });
});
