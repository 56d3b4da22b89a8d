import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { type CommandResult, hangarCommand } from '../../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { freePort } from '../../support/free-port.js';
import {
  type Environment,
  type HangarWithSimulator,
  pingWebhook,
} from '../../support/hangar-with-simulator.js';
import { type SharedServer } from '../../support/shared-server.js';

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly hint?: string;
}

/** What is wrong with an installation of Hangar, told by a command. Part of `commands.test.ts`, on its server. */
export function doctorCases(shared: SharedServer): void {
  describe('hangar doctor', () => {
    let together: HangarWithSimulator;

    beforeAll(async () => {
      ({ together } = shared);
      await together.deliver(pingWebhook('v2'));
    });

    const examine = (changes: Environment = {}): Promise<CommandResult> =>
      hangarCommand(['doctor', '--json'], { ...together.environment, PUBLIC_URL: together.url, ...changes });
    const faults = ({ stdout }: CommandResult): Finding[] =>
      (JSON.parse(stdout) as { findings: Finding[] }).findings.filter(({ ok }) => !ok);

    it('finds nothing wrong where nothing is', async () => {
      const { code, stdout } = await hangarCommand(['doctor'], {
        ...together.environment,
        PUBLIC_URL: together.url,
      });
      expect(
        stdout
          .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
          .replaceAll(/[0-9a-f]{8} /g, '<secret> ')
          .replace(/is -?\d s ahead/, 'is <few> s ahead'),
      ).toBe(
        [
          'ok   configuration: every variable can be used',
          'ok   database: PostgreSQL 18.4, reachable',
          'ok   migrations: the schema is current',
          'ok   key ring: 1 key(s), every stored secret has its own among them',
          'ok   tokens: 1 live, 0 in need of consent',
          'ok   webhook secrets: <secret> last signed <time>, <secret> signed nothing in the last 7 days',
          'ok   traffic: no workspace is silent for longer than usual',
          'ok   handlers: 1 handler(s), 0 dead letter(s)',
          'ok   audit log: the last 1 entries are as they were written',
          `ok   plane: ${together.simulator.url} answers`,
          'ok   credentials: Plane knows the app',
          "ok   clock: Plane's is <few> s ahead of ours",
          `ok   redirect uri: ${together.url}/oauth/callback: it must be among the Redirect URIs on the app's page in Plane`,
          '',
        ].join('\n'),
      );
      expect(code).toBe(0);
    });

    it.each([
      [
        'a wrong client secret',
        { PLANE_CLIENT_SECRET: 'wrong' },
        'credentials',
        /does not know the app/,
        /Copy PLANE_CLIENT_ID/,
      ],
      [
        'no webhook secret',
        { PLANE_WEBHOOK_SECRETS: '' },
        'webhook secrets',
        /none/,
        /Set PLANE_WEBHOOK_SECRETS/,
      ],
      [
        'another redirect URI',
        { PLANE_REDIRECT_URI: 'http://localhost:1/elsewhere' },
        'redirect uri',
        /is not http/,
        /Leave/,
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
        /does not open/,
        /Compare/,
      ],
    ] as const)('finds %s, and nothing else', async (_, changes, check, detail, hint) => {
      const result = await examine(changes);
      expect(faults(result)).toEqual([
        { check, ok: false, detail: expect.stringMatching(detail), hint: expect.stringMatching(hint) },
      ]);
      expect(result.code).toBe(1);
      expect(result.stdout).not.toContain(together.simulator.clientSecret);
    });

    it('finds a Plane whose clock is off', async () => {
      await together.plane.post('/settings', { clockOffsetSeconds: -600 });
      const found = faults(await examine());
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

    it('finds tokens that nobody keeps alive', async () => {
      await together.database.query(
        `UPDATE tokens SET expires_at = now() - interval '1 minute', next_attempt_at = now() + interval '1 hour'`,
      );
      const found = faults(await examine());
      await together.database.query(
        `UPDATE tokens SET expires_at = now() + interval '1 day', next_attempt_at = NULL`,
      );
      expect(found).toMatchObject([{ check: 'tokens', hint: expect.stringContaining('role scheduler') }]);
    });

    it('finds events whose handler is gone', async () => {
      await together.database.query(
        `INSERT INTO pgboss.queue SELECT (jsonb_populate_record(queue, '{"name": "Former.run"}')).*
       FROM pgboss.queue WHERE name = 'PingHandler.pong'`,
      );
      await together.database.query(
        `INSERT INTO parked_jobs (id, queue, data, awaits)
       VALUES (gen_random_uuid(), 'Former.run', '{}', 'install:nowhere')`,
      );
      const found = faults(await examine());
      await together.database.query(`DELETE FROM parked_jobs WHERE queue = 'Former.run'`);
      await together.database.query(`DELETE FROM pgboss.queue WHERE name = 'Former.run'`);
      expect(found).toMatchObject([{ check: 'handlers', detail: expect.stringContaining('Former.run') }]);
    });

    it('finds an audit log that was changed', async () => {
      const changed = (target: string): string => `ALTER TABLE audit_log DISABLE TRIGGER audit_log_keep;
      UPDATE audit_log SET target = ${target} WHERE seq = 1; ALTER TABLE audit_log ENABLE TRIGGER audit_log_keep`;
      await together.database.query(changed(`'x'`));
      const found = faults(await examine());
      await together.database.query(changed('NULL'));
      expect(found).toMatchObject([
        {
          check: 'audit log',
          detail: expect.stringContaining('entry 1 was changed'),
          hint: expect.stringContaining('audit verify'),
        },
      ]);
    });

    it('finds a workspace that has fallen silent, and tells how many send v1', async () => {
      await together.database.query(
        `INSERT INTO workspace_traffic (workspace_id, last_at, watched_from, longest_gap_seconds, gaps_from, v1_last_at)
       SELECT id, now() - interval '3 days', now() - interval '30 days', 3600, now(), now() - interval '3 days'
       FROM (SELECT '' AS id UNION SELECT workspace_id FROM installations) AS ids
       ON CONFLICT (workspace_id) DO UPDATE
       SET last_at = excluded.last_at, watched_from = excluded.watched_from, v1_last_at = excluded.v1_last_at`,
      );
      await together.database.query(`UPDATE deliveries SET received_at = received_at - interval '4 days'`);
      const found = faults(await examine());
      await together.database.query(`UPDATE deliveries SET received_at = received_at + interval '4 days'`);
      await together.database.query('DELETE FROM workspace_traffic');
      expect(found).toEqual([
        {
          check: 'traffic',
          ok: false,
          detail: expect.stringMatching(
            /^nothing has come from any workspace for 3 days; 1 workspace\(s\) .*: sandbox \(3 days\); \d workspace\(s\) still send.* v1$/,
          ),
          hint: expect.stringContaining("app's page in Plane"),
        },
      ]);
    });

    it('finds a Plane that cannot be reached', async () => {
      const found = faults(await examine({ PLANE_BASE_URL: `http://localhost:${await freePort()}` }));
      expect(found.map(({ check }) => check)).toEqual(['plane', 'credentials']);
      expect(found[0]?.detail).toContain('ECONNREFUSED');
    });

    it('finds a database that cannot be reached, and says what it could not look at', async () => {
      const found = faults(
        await examine({ DATABASE_URL: `postgres://hangar@127.0.0.1:${await freePort()}/hangar` }),
      );
      expect(found.map(({ check }) => check)).toEqual([
        'database',
        'key ring',
        'tokens',
        'webhook secrets',
        'traffic',
        'handlers',
        'audit log',
      ]);
      expect(found[0]?.detail).toMatch(/cannot be reached \(ECONNREFUSED/);
      expect(found[1]?.detail).toBe('not looked at: the database cannot be reached');
    });

    it('finds a database without the schema', async () => {
      const empty: TestDatabase = await createTestDatabase({ empty: true });
      const found = faults(await examine({ DATABASE_URL: empty.url }));
      await empty.drop();
      expect(found[0]).toMatchObject({
        check: 'migrations',
        detail: expect.stringContaining('npx hangar migrate'),
      });
    });
  });
}
