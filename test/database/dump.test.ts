import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { migrateDatabase } from '../../src/server/migrate.js';
import { hangarCommand } from '../support/cli.js';
import { dataFolder } from '../support/data-folder.js';
import { describeWith } from '../support/describe-with.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { SystemPostgres, systemPrograms } from '../support/system-postgres.js';
import { until } from '../support/until.js';

describeWith(
  'postgresql',
  systemPrograms !== undefined,
  'a dump that is restored elsewhere, as the runbook says',
  () => {
    const folder = dataFolder();
    const servers: SystemPostgres[] = [];
    let together: HangarWithSimulator;
    let environment: Record<string, string>;

    beforeAll(async () => {
      const original = await startServer();
      const copy = await startServer();
      await migrateDatabase(original.url);
      together = await HangarWithSimulator.start({ environment: { DATABASE_URL: original.url } });
      await together.install();
      await together.hangar.end();
      await together.startHangar({ HANGAR_ROLES: 'receiver' });
      expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
      const addresses = { DATABASE_URL: original.url, NEW_DATABASE_URL: copy.url };
      runDocumented('pg_dump', addresses);
      await refreshTokens();
      await together.hangar.end();
      original.stop();
      runDocumented('pg_restore', addresses);
      environment = { ...together.environment, DATABASE_URL: copy.url };
    });

    afterAll(async () => {
      await together?.stop();
      for (const server of servers) server.remove();
      rmSync(folder, { recursive: true, force: true });
    });

    async function startServer(): Promise<SystemPostgres> {
      const server = await SystemPostgres.start();
      servers.push(server);
      return server;
    }

    /** The line of the runbook that begins with this program. */
    function runDocumented(program: string, addresses: Record<string, string>): void {
      const lines = readFileSync('docs/runbook.md', 'utf8').split('\n');
      const [line = '', ...others] = lines.map((each) => each.trim()).filter((each) => each.startsWith(`${program} `));
      expect(others).toEqual([]);
      const env = { PATH: `${systemPrograms}:${process.env['PATH']}`, ...addresses };
      execFileSync('bash', ['-euc', line], { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
    }

    /** After the dump: what it contains has been used up at Plane. */
    async function refreshTokens(): Promise<void> {
      const { stdout } = await hangarCommand(['tokens', 'list', '--json'], together.environment);
      const ids = [...stdout.matchAll(/"id":\s*"([^"]+)"/g)].map(([, id = '']) => id);
      expect(ids.length).toBeGreaterThan(0);
      for (const id of ids)
        expect(await hangarCommand(['tokens', 'refresh', id], together.environment)).toMatchObject({ code: 0 });
    }

    it('passes every check', async () => {
      const { stdout } = await hangarCommand(['doctor', '--json'], environment);
      const { findings } = JSON.parse(stdout) as { findings: { check: string; ok: boolean }[] };
      expect(findings.filter(({ ok }) => !ok)).toEqual([]);
      expect(findings.map(({ check }) => check)).toEqual(expect.arrayContaining(['key ring', 'tokens', 'audit log']));
    });

    it('needs no migration, and has an audit log that verifies', async () => {
      for (const command of [['migrate'], ['audit', 'verify']])
        expect(await hangarCommand(command, environment)).toMatchObject({ code: 0 });
    });

    it('continues with the jobs that waited, although tokens were refreshed after the dump', async () => {
      expect(await together.pongs()).toBe(0);
      await together.startHangar({ DATABASE_URL: environment['DATABASE_URL'] ?? '' });
      await until('the pong', async () => (await together.pongs()) === 1);
    });
  },
);
