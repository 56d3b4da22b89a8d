import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type CommandResult, hangarCommand } from '../../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { freePort } from '../../support/free-port.js';
import { type Environment, type HangarWithSimulator, pingWebhook } from '../../support/hangar-with-simulator.js';
import { type SharedServer } from '../../support/shared-server.js';
import { withoutTrafficMonitor } from '../../support/traffic-monitor.js';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint?: string;
}

/** `hangar doctor`. Part of `commands.test.ts`, on its server. */
export function doctorCases(shared: SharedServer): void {
  describe('hangar doctor', () => {
    let together: HangarWithSimulator;

    beforeAll(async () => {
      ({ together } = shared);
      await together.deliver(pingWebhook('v2'));
    });

    const doctor = (changes: Environment = {}): Promise<CommandResult> =>
      hangarCommand(['doctor', '--json'], { ...together.environment, PUBLIC_URL: together.url, ...changes });
    const failed = ({ stdout }: CommandResult): Finding[] =>
      (JSON.parse(stdout) as { findings: Finding[] }).findings.filter(({ ok }) => !ok);

    it('compares the connections of all processes with what PostgreSQL, the database and the role allow', async () => {
      const environment = { ...together.environment, PUBLIC_URL: together.url };
      const lines = async (connections: number): Promise<string> => {
        const { stdout } = await hangarCommand(['doctor', '--connections', String(connections)], environment);
        return stdout.split('\n').find((line) => line.includes('database connections')) ?? '';
      };
      expect(await lines(21)).toMatch(/^ok {3}database connections: 21 at most, \d+ allowed by max_connections/);
      expect(await lines(5000)).toMatch(
        /^BAD {2}database connections: all processes together may open 5000, but max_connections .+ allows \d+\. Raise it/,
      );
      const [{ name } = { name: '' }] = await together.database.query<{ name: string }>(
        'SELECT current_database() AS name',
      );
      await together.database.query(`ALTER DATABASE "${name}" CONNECTION LIMIT 60`);
      expect(await lines(61)).toContain("but the database's CONNECTION LIMIT allows 60");
      await together.database.query(`ALTER DATABASE "${name}" CONNECTION LIMIT -1`);
      expect((await hangarCommand(['doctor', '--connections', 'many'], environment)).code).not.toBe(0);
    });

    it('passes every check of a healthy server', async () => {
      const { code, stdout } = await hangarCommand(['doctor'], {
        ...together.environment,
        PUBLIC_URL: together.url,
      });
      expect(
        stdout
          .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
          .replaceAll(/[0-9a-f]{12} /g, '<secret> ')
          .replace(/is -?\d s ahead/, 'is <few> s ahead'),
      ).toBe(
        [
          'ok   configuration: all variables are valid',
          'ok   database: PostgreSQL 18.4, reachable',
          'ok   migrations: the schema is current',
          'ok   database writes: accepted',
          'ok   key ring: 1 key(s), sufficient for every stored secret',
          'ok   installations: 1 live',
          'ok   tokens: 1 live, 0 need consent',
          'ok   webhook secrets: <secret> last signed <time>, <secret> not used in the last 7 days',
          'ok   traffic: no silent workspaces',
          'ok   handlers: 2 handler(s), 0 dead letter(s)',
          'ok   audit log: the last 2 entries are intact',
          `ok   plane: ${together.simulator.url} responds`,
          'ok   credentials: accepted by Plane',
          'ok   clock: Plane is <few> s ahead of this host',
          `ok   redirect uri: ${together.url}/oauth/callback: it must be among the Redirect URIs on the app's page in Plane`,
          'ok   identity provider: not configured: the address that is printed at the start signs in to the console',
          '',
        ].join('\n'),
      );
      expect(code).toBe(0);
    });

    it('names the redirect URI of a console at an address of its own, too', async () => {
      const environment = { ...together.environment, PUBLIC_URL: together.url };
      const { stdout, code } = await hangarCommand(
        ['doctor', '--console-url', 'http://localhost:9/inside/'],
        environment,
      );
      expect(stdout).toContain(`ok   redirect uri: ${together.url}/oauth/callback: it must be among`);
      expect(stdout).toContain('ok   redirect uri: http://localhost:9/inside/oauth/callback: it must be among');
      expect(code).toBe(0);
      expect((await hangarCommand(['doctor', '--console-url', 'inside'], environment)).code).not.toBe(0);
    });

    it.each([
      [
        'a wrong client secret',
        { PLANE_CLIENT_SECRET: 'wrong' },
        'credentials',
        /rejected by Plane/,
        /Copy PLANE_CLIENT_ID/,
      ],
      ['no webhook secret', { PLANE_WEBHOOK_SECRETS: '' }, 'webhook secrets', /none/, /Set PLANE_WEBHOOK_SECRETS/],
      [
        'another redirect URI',
        { PLANE_REDIRECT_URI: 'http://localhost:1/elsewhere' },
        'redirect uri',
        /is not http/,
        /Remove/,
      ],
      [
        'a redirect URI without TLS',
        { PLANE_REDIRECT_URI: 'http://hangar.example.com/oauth/callback' },
        'redirect uri',
        /not https/,
        /TLS/,
      ],
      [
        'a missing key',
        { HANGAR_ENCRYPTION_KEYS: `other:${randomBytes(32).toString('base64')}` },
        'key ring',
        /1 stored secret\(s\) need the key "test"/,
        /Add it/,
      ],
      [
        'another key of the same name',
        { HANGAR_ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}` },
        'key ring',
        /cannot be decrypted/,
        /Compare/,
      ],
    ] as const)('reports %s, and nothing else', async (_, changes, check, detail, hint) => {
      const result = await doctor(changes);
      expect(failed(result)).toEqual([
        { check, ok: false, detail: expect.stringMatching(detail), hint: expect.stringMatching(hint) },
      ]);
      expect(result.code).toBe(1);
      expect(result.stdout).not.toContain(together.simulator.clientSecret);
    });

    it('reports clock skew of Plane', async () => {
      await together.plane.post('/settings', { clockOffsetSeconds: -600 });
      const found = failed(await doctor());
      await together.plane.post('/settings', { clockOffsetSeconds: 0 });
      expect(found).toEqual([
        {
          check: 'clock',
          ok: false,
          detail: expect.stringMatching(/-(59\d|60\d) s/),
          hint: expect.stringContaining('NTP'),
        },
      ]);
    });

    it('reports expired tokens', async () => {
      await together.database.query(
        `UPDATE tokens SET expires_at = now() - interval '1 minute', next_attempt_at = now() + interval '1 hour'`,
      );
      const found = failed(await doctor());
      await together.database.query(`UPDATE tokens SET expires_at = now() + interval '1 day', next_attempt_at = NULL`);
      expect(found).toMatchObject([{ check: 'tokens', hint: expect.stringContaining('role scheduler') }]);
    });

    it('reports events of a removed handler', async () => {
      await together.database.query(
        `INSERT INTO pgboss.queue SELECT (jsonb_populate_record(queue, '{"name": "Former.run"}')).*
       FROM pgboss.queue WHERE name = 'PingHandler.pong'`,
      );
      await together.database.query(
        `INSERT INTO parked_jobs (id, queue, data, awaits)
       VALUES (gen_random_uuid(), 'Former.run', '{}', 'install:nowhere')`,
      );
      const found = failed(await doctor());
      await together.database.query(`DELETE FROM parked_jobs WHERE queue = 'Former.run'`);
      await together.database.query(`DELETE FROM pgboss.queue WHERE name = 'Former.run'`);
      expect(found).toMatchObject([{ check: 'handlers', detail: expect.stringContaining('Former.run') }]);
    });

    it.each([
      [
        'in the queue',
        `INSERT INTO pgboss.job (name, data, start_after) VALUES ('PingHandler.pong', '{}', now() + interval '56 years')`,
        `DELETE FROM pgboss.job WHERE start_after > now() + interval '1 day'`,
      ],
      [
        'behind their ordering key',
        `INSERT INTO queue_lines (queue, line, data, priority, wait_seconds) VALUES ('PingHandler.pong', 'x', '{}', 0, 90000)`,
        `DELETE FROM queue_lines WHERE line = 'x'`,
      ],
    ])('reports jobs %s that are due in more than a day', async (_, insert, remove) => {
      await together.database.query(insert);
      const found = failed(await doctor());
      await together.database.query(remove);
      expect(found).toMatchObject([
        { check: 'handlers', detail: expect.stringMatching(/more than a day: PingHandler\.pong \(1, the last at 20/) },
      ]);
      expect(found[0]?.hint).toContain('hangar deliveries replay');
    });

    it('reports a changed audit log', async () => {
      const changed = (target: string): string => `ALTER TABLE audit_log DISABLE TRIGGER audit_log_keep;
      UPDATE audit_log SET target = ${target} WHERE seq = 1; ALTER TABLE audit_log ENABLE TRIGGER audit_log_keep`;
      await together.database.query(changed(`'x'`));
      const found = failed(await doctor());
      await together.database.query(changed('NULL'));
      expect(found).toMatchObject([
        {
          check: 'audit log',
          detail: expect.stringContaining('entry 1 was changed'),
          hint: expect.stringContaining('audit verify'),
        },
      ]);
    });

    it('reports a silent workspace, and how many send v1', async () => {
      const found = await withoutTrafficMonitor(together.database, async () => {
        await together.database.query(
          `INSERT INTO connection_traffic
         (connection_id, workspace_id, last_at, watched_from, longest_gap_seconds, gaps_from, v1_last_at)
       SELECT connection, id, now() - interval '3 days', now() - interval '30 days', 3600, now(), now() - interval '3 days'
       FROM (SELECT '' AS connection, '' AS id UNION SELECT connection_id, workspace_id FROM installations) AS ids
       ON CONFLICT (connection_id, workspace_id) DO UPDATE
       SET last_at = excluded.last_at, watched_from = excluded.watched_from, v1_last_at = excluded.v1_last_at`,
        );
        await together.database.query(`UPDATE deliveries SET received_at = received_at - interval '4 days'`);
        const faults = failed(await doctor());
        await together.database.query(`UPDATE deliveries SET received_at = received_at + interval '4 days'`);
        await together.database.query('DELETE FROM connection_traffic');
        return faults;
      });
      expect(found).toEqual([
        {
          check: 'traffic',
          ok: false,
          detail: expect.stringMatching(
            /^no webhook from any workspace for 3 days; 1 workspace\(s\) .*: sandbox \(3 days\); \d workspace\(s\) still send v1 webhooks$/,
          ),
          hint: expect.stringContaining("app's page in Plane"),
        },
      ]);
    });

    it('reports an unreachable Plane', async () => {
      const found = failed(await doctor({ PLANE_BASE_URL: `http://localhost:${await freePort()}` }));
      expect(found.map(({ check }) => check)).toEqual(['installations', 'plane', 'credentials']);
      expect(found[1]?.detail).toContain('ECONNREFUSED');
    });

    it('accepts another spelling of PLANE_BASE_URL, and reports installations of another Plane', async () => {
      const { url } = together.simulator;
      expect(failed(await doctor({ PLANE_BASE_URL: `${url.toUpperCase()}/` }))).toEqual([]);
      const other = url.replace('127.0.0.1', 'localhost');
      const [found] = failed(await doctor({ PLANE_BASE_URL: other }));
      expect(found?.detail).toBe(
        `PLANE_BASE_URL is ${other}, but live installations belong to another Plane: 1 at ${url}`,
      );
      expect(found?.hint).toContain(`hangar connections move ${url} ${other} --dry-run`);
      const command = ['connections', 'move', url, other, '--dry-run'];
      const tried = await hangarCommand(command, { ...together.environment, PLANE_BASE_URL: other });
      expect(tried.stdout).toMatch(
        /^Would move from \S+ to \S+: 1 installation\(s\), 1 token\(s\), .*\n {2}sandbox \(installed\)\nNothing/,
      );
    });

    it('reports an unreachable database, and the checks that were skipped', async () => {
      const found = failed(await doctor({ DATABASE_URL: `postgres://hangar@127.0.0.1:${await freePort()}/hangar` }));
      expect(found.map(({ check }) => check)).toEqual([
        'database',
        'key ring',
        'installations',
        'tokens',
        'webhook secrets',
        'traffic',
        'handlers',
        'audit log',
      ]);
      expect(found[0]?.detail).toMatch(/cannot be reached \(ECONNREFUSED/);
      expect(found[1]?.detail).toBe('skipped: the database cannot be reached');
    });

    it('reports a database without the schema', async () => {
      const empty: TestDatabase = await createTestDatabase({ empty: true });
      const found = failed(await doctor({ DATABASE_URL: empty.url }));
      await empty.drop();
      expect(found[0]).toMatchObject({
        check: 'migrations',
        detail: expect.stringContaining('npx hangar migrate'),
      });
    });
  });
}
