import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { ConnectionTraffic1765400000000 } from '../../migrations/1765400000000-connection-traffic.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TrafficMonitorModule } from '../../src/webhooks/traffic-monitor/traffic-monitor.module.js';
import { TrafficMonitorService } from '../../src/webhooks/traffic-monitor/traffic-monitor.service.js';
import { TrafficMonitorJob } from '../../src/webhooks/traffic-monitor/traffic-monitor.job.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext, TEST_KEYS } from '../support/service-context.js';

const OFFICE = `extract(isodow FROM at) < 6 AND extract(hour FROM at) BETWEEN 8 AND 17`;

describe('the traffic monitor', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let replicas: INestApplicationContext[];
  /** With another connection to the same Plane. */
  let several: INestApplicationContext;
  const lines: Record<string, unknown>[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    replicas = await Promise.all([1, 2].map(() => serviceContext(database, simulator, [TrafficMonitorModule])));
    const other = { id: 'other', mode: 'oauth', baseUrl: simulator.url, redirectUri: 'http://localhost' } as const;
    const apps = [{ ...other, webhookSecrets: [] }];
    several = await serviceContext(database, simulator, [TrafficMonitorModule], TEST_KEYS, { apps });
    const keep = (line: unknown): void => void lines.push(line as Record<string, unknown>);
    Logger.overrideLogger({ log: keep, warn: keep, error: keep });
  });

  beforeEach(async () => {
    await database.query('TRUNCATE installations, deliveries, connection_traffic');
    lines.length = 0;
  });

  afterAll(async () => {
    Logger.overrideLogger(false);
    for (const replica of [...replicas, several]) await replica.close();
    await simulator.close();
    await database.drop();
  });

  const tick = async (): Promise<void> => {
    await Promise.all(replicas.map((replica) => replica.get(TrafficMonitorJob).tick()));
  };
  const logged = (): string[] => lines.map(({ msg, workspace = '' }) => `${String(workspace)}: ${String(msg)}`);

  async function install(slug: string, connection = 'default'): Promise<void> {
    await database.query(
      `INSERT INTO installations (id, connection_id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                                  bot_user_id, application_id)
       VALUES ($1, $4, $2, $3, 'installed', 'id of ' || $3, $3, $3, 'bot', 'app')`,
      [randomUUID(), simulator.url, slug, connection],
    );
  }

  /** One delivery every so many minutes from `from` days ago to `to` days ago, where the condition holds. */
  async function send(slug: string, minutes: number, from: number, to: number, where = 'true'): Promise<void> {
    await database.query(
      `INSERT INTO deliveries
       SELECT gen_random_uuid(), gen_random_uuid(), 'id of ' || $1, 'workitem.created',
              CASE WHEN $1 LIKE 'old%' THEN 'v1' ELSE 'v2' END, NULL, 'body', '{}', 'abcdef01', at
       FROM generate_series(now() - $3::float8 * interval '1 day', now() - $4::float8 * interval '1 day',
                            $2::float8 * interval '1 minute') AS at
       WHERE ${where}`,
      [slug, minutes, from, to],
    );
  }

  it('logs once that a workspace became silent, and once that it sends again', async () => {
    for (const slug of ['busy', 'stopped', 'office', 'new']) await install(slug);
    await send('busy', 10, 14, 0);
    await send('stopped', 10, 14, 0.3);
    await send('office', 10, 14, 0, OFFICE);
    await send('new', 1, 3, 2);
    await tick();
    await tick();
    expect(logged()).toEqual([expect.stringMatching(/^stopped: .*no webhook.*on the app's page in Plane/)]);
    expect(lines[0]).toMatchObject({ workspaceId: 'id of stopped', longestGapSeconds: 600 });
    await send('stopped', 1, 0, 0);
    await tick();
    await tick();
    expect(logged().slice(1)).toEqual([expect.stringMatching(/^stopped: .*sends webhooks again/)]);
  });

  it('does not count an outage as the usual gap of a workspace', async () => {
    await install('stopped');
    await send('stopped', 60, 14, 3);
    await tick();
    await database.query(`UPDATE connection_traffic SET silent_told_at = last_at + interval '6 hours'`);
    await send('stopped', 60, 0, 0);
    await tick();
    const { workspaces } = await survey();
    expect(workspaces).toMatchObject([{ longestGapSeconds: 6 * 3600, silent: false, alerted: false }]);
  });

  it('logs the silence of a connection while another one sends webhooks of the same workspace', async () => {
    for (const id of ['default', 'other']) await install('acme', id);
    await send('acme', 10, 14, 0.3);
    await database.query(`UPDATE deliveries SET connection_id = 'other'`);
    await send('acme', 10, 14, 0);
    await several.get(TrafficMonitorJob).tick();
    const { workspaces } = await several.get(TrafficMonitorService).survey();
    expect(logged()).toEqual([expect.stringMatching(/^other\/acme: .*no webhook/)]);
    expect(lines[0]).toMatchObject({ connectionId: 'other', workspaceId: 'id of acme' });
    expect(workspaces.map(({ workspace, silent }) => [workspace, silent]).toSorted(byText)).toEqual([
      ['default/acme', false],
      ['other/acme', true],
    ]);
  });

  it('shows the connection of a workspace where the app is not installed by it', async () => {
    await install('acme');
    await send('acme', 10, 1, 0);
    await database.query(`UPDATE deliveries SET connection_id = 'other'`);
    await several.get(TrafficMonitorJob).tick();
    const { workspaces, unknownWorkspaces } = await several.get(TrafficMonitorService).survey();
    expect([workspaces, unknownWorkspaces.map(({ workspace }) => workspace)]).toEqual([[], ['other/id of acme']]);
  });

  it('logs that no workspace sends webhooks any more', async () => {
    for (const slug of ['one', 'other']) await install(slug);
    for (const slug of ['one', 'other']) await send(slug, 5, 10, 0.1);
    await tick();
    expect(logged()).toEqual([expect.stringMatching(/^: no workspace has sent a webhook/)]);
    await send('other', 5, 0, 0);
    await tick();
    expect(logged().slice(1)).toEqual([': webhooks arrive again']);
  });

  it('reports no silence if deliveries were stored but not yet read by the monitor', async () => {
    await install('late');
    await send('late', 10, 14, 1);
    await send('other', 1, 0.2, 0);
    await tick();
    await database.query('UPDATE connection_traffic SET silent_told_at = NULL');
    lines.length = 0;
    await send('late', 10, 0.2, 0.1);
    await tick();
    expect(logged()).toEqual([]);
  });

  it('deletes the usual gap of a workspace when the app is uninstalled', async () => {
    await install('gone');
    await install('busy');
    await send('busy', 10, 1, 0);
    await send('gone', 10, 14, 1);
    await tick();
    await database.query(`UPDATE installations SET status = 'uninstalled' WHERE workspace_slug = 'gone'`);
    await tick();
    await database.query(`UPDATE installations SET status = 'installed' WHERE workspace_slug = 'gone'`);
    await send('gone', 1, 0, 0);
    await tick();
    expect(logged()).toEqual([expect.stringMatching(/^gone: /)]);
    const { workspaces } = await survey();
    expect(workspaces.find(({ workspace }) => workspace === 'gone')).toMatchObject({
      watchedSeconds: 0,
      longestGapSeconds: 0,
      alerted: false,
    });
  });

  it('deletes the traffic of a workspace once it is uninstalled for the retention time of deliveries', async () => {
    await install('busy');
    await send('gone', 10, 14, 13);
    await tick();
    await database.query('DELETE FROM deliveries');
    await database.query(`UPDATE connection_traffic SET last_at = now() - interval '15 days'`);
    await tick();
    expect(await database.query(`SELECT FROM connection_traffic WHERE workspace_id <> ''`)).toEqual([]);
  });

  it('logs once per workspace that it sends v1', async () => {
    await install('old one');
    for (let round = 0; round < 3; round += 1) {
      await send('old one', 1, 0, 0);
      await send('old stranger', 1, 0, 0);
      await send('new', 1, 0, 0);
      await tick();
    }
    expect(lines.map(({ msg, workspaceId }) => [msg, workspaceId]).sort(byWorkspace)).toEqual([
      [expect.stringContaining('version v1'), 'id of old one'],
      [expect.stringContaining('version v1'), 'id of old stranger'],
    ]);
    expect(await service().countV1()).toBe(2);
  });

  const service = (): TrafficMonitorService => (replicas[0] as INestApplicationContext).get(TrafficMonitorService);
  const survey = (): ReturnType<TrafficMonitorService['survey']> => service().survey();
});

function byText([one]: unknown[], [other]: unknown[]): number {
  return String(one).localeCompare(String(other));
}

function byWorkspace([, one]: unknown[], [, other]: unknown[]): number {
  return String(one).localeCompare(String(other));
}

describe('the traffic that a database of the release before has', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await new DataSource({ type: 'postgres', url: database.url }).initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('is that of the connections where the workspace is installed, else of the variables', async () => {
    const runner = dataSource.createQueryRunner();
    await new ConnectionTraffic1765400000000().down(runner);
    for (const [workspace, connection, status] of [
      ['a', 'cloud', 'installed'],
      ['b', 'cloud', 'installed'],
      ['b', 'inside', 'installed'],
      ['c', 'cloud', 'uninstalled'],
    ] as const)
      await database.query(
        `INSERT INTO installations (id, connection_id, base_url, installation_id, status, workspace_id, workspace_slug,
                                    workspace_name, bot_user_id, application_id)
         VALUES (gen_random_uuid(), $2, 'https://plane.example', $1, $3, $1, $1, $1, 'bot', 'app')`,
        [workspace, connection, status],
      );
    await database.query(
      `INSERT INTO workspace_traffic (workspace_id, last_at, gaps_from, longest_gap_seconds, missed_since)
       SELECT id, now(), now(), 60, '2026-01-31T09:00:00Z' FROM unnest(ARRAY['', 'a', 'b', 'c']) AS id`,
    );
    await new ConnectionTraffic1765400000000().up(runner);
    await runner.release();
    const rows = await database.query(
      `SELECT connection_id || ':' || workspace_id AS key, longest_gap_seconds AS gap, missed_since
       FROM connection_traffic ORDER BY workspace_id, connection_id`,
    );
    const copied = { gap: 60, missed_since: new Date('2026-01-31T09:00:00Z') };
    const keys = [':', 'cloud:a', 'cloud:b', 'inside:b', 'default:c'];
    expect(rows).toEqual(keys.map((key) => ({ key, ...copied })));
  });
});
