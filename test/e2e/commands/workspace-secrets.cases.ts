import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CommandResult, hangarCommand } from '../../support/cli.js';
import { dataFolder } from '../../support/data-folder.js';
import { fingerprintOf } from '../../support/fingerprint.js';
import { type HangarWithSimulator, pingWebhook, sign } from '../../support/hangar-with-simulator.js';
import { type HangarProcess } from '../../support/hangar-process.js';
import { type SharedServer } from '../../support/shared-server.js';
import { until } from '../../support/until.js';

const newSecret = (): string => `plane_wh_${randomBytes(16).toString('hex')}`;

/** Commands about webhook secrets. Part of `commands.test.ts`, on its server. */
export function workspaceSecretsCases(shared: SharedServer): void {
  describe('a webhook secret of one workspace', () => {
    const [first, second] = [newSecret(), newSecret()];
    const said: string[] = [];
    const folder = dataFolder();
    let together: HangarWithSimulator;
    let replica: HangarProcess;

    beforeAll(async () => {
      ({ together } = shared);
      replica = await together.startReplica({ HANGAR_ROLES: 'receiver', WEBHOOK_UNAVAILABLE: '503' });
    });

    afterAll(async () => {
      await replica.end('SIGKILL');
      await together.database.query('DELETE FROM webhook_secrets');
      await until('the deletion to take effect', async () => (await statusWith(appSecret())) === 202);
      rmSync(folder, { recursive: true });
    });

    async function command(args: readonly string[], input?: string): Promise<CommandResult> {
      const result = await hangarCommand(['webhook-secrets', ...args], together.environment, input);
      said.push(result.stdout, result.stderr);
      return result;
    }

    async function statusWith(
      secret: string,
      body = pingWebhook('v2'),
      url = together.url,
    ): Promise<number | 'closed'> {
      const answer = await together.tryToDeliver(body, { 'x-plane-signature': sign(body, secret) }, url);
      said.push(JSON.stringify(answer?.body ?? null));
      return answer?.status ?? 'closed';
    }

    /** Of both processes. */
    const statuses = async (secret: string): Promise<string> =>
      `${await statusWith(secret)} ${await statusWith(secret, pingWebhook('v2'), replica.url)}`;
    const soon = async (secret: string, wanted: string): Promise<boolean> =>
      until(`both to answer ${wanted}`, async () => (await statuses(secret)) === wanted);
    const fingerprint = (secret: string): string =>
      fingerprintOf(secret, together.environment['HANGAR_ENCRYPTION_KEYS'] ?? '');
    const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('hex').slice(0, 8);
    const appSecret = (): string => together.simulator.webhookSecret;
    const ofAnotherWorkspace = (): string =>
      JSON.stringify({ ...(JSON.parse(pingWebhook('v2')) as object), workspace_id: randomUUID() });

    it('is set from standard input, and then replaces the app secrets in every process', async () => {
      expect(await statuses(appSecret())).toBe('202 202');
      expect(await statuses(first)).toBe('401 401');
      const { code, stdout } = await command(['set', 'sandbox', '--json'], `\uFEFF"${first}"\r\n`);
      expect([code, JSON.parse(stdout)]).toEqual([0, { workspace: 'sandbox', fingerprint: fingerprint(first) }]);
      await soon(first, '202 202');
      expect(await statuses(appSecret())).toBe('401 401');
      await until('the log line', () =>
        /webhook rejected: no secret of its workspace signed it[^\n]*workspaceId/.test(together.hangar.log),
      );
    });

    it('is valid only in that workspace', async () => {
      expect(await statusWith(appSecret(), ofAnotherWorkspace())).toBe(202);
      expect(await statusWith(first, ofAnotherWorkspace())).toBe(401);
      expect(await statusWith(newSecret())).toBe(401);
      const twice = pingWebhook('v2').replace('{', `{"workspace_id":${JSON.stringify(randomUUID())},`);
      expect(await statusWith(first, twice)).toBe(202);
    });

    it.each<[string, number]>([
      ['', 400],
      ['null', 400],
      ['[]', 400],
      ['{', 400],
      ['{"workspace_id":7}', 202],
      ['{"__proto__":{"workspace_id":"x"}}', 202],
      ['['.repeat(5000), 400],
    ])('changes nothing for %j', async (body, status) => {
      expect([await statusWith(first, body), await statusWith(appSecret(), body)]).toEqual([401, status]);
    });

    it('stays valid next to the new one until it is removed', async () => {
      writeFileSync(join(folder, 'secret'), second);
      expect((await command(['set', 'sandbox', '--file', join(folder, 'secret')])).code).toBe(0);
      await soon(second, '202 202');
      expect(await statuses(first)).toBe('202 202');
      const { secrets } = JSON.parse((await command(['list', '--json'])).stdout) as { secrets: object[] };
      const listed = { workspace: 'sandbox', lastSignedAt: expect.stringMatching(/Z$/) };
      expect(secrets).toMatchObject([
        { ...listed, fingerprint: fingerprint(second), standing: 'current' },
        { ...listed, fingerprint: fingerprint(first), standing: 'previous' },
      ]);
      const refused = await command(['remove', 'sandbox', '--previous']);
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(fingerprint(first))]);
      expect((await command(['remove', 'sandbox', '--previous', '--force'])).code).toBe(0);
      await soon(first, '401 401');
      expect(await statuses(second)).toBe('202 202');
      expect((await command(['remove', 'sandbox', '--previous'])).stderr).toContain('no previous workspace secret');
    });

    it('is the only previous secret that is kept', async () => {
      expect((await command(['set', 'sandbox'], newSecret())).code).toBe(0);
      const refused = await command(['set', 'sandbox'], newSecret());
      expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(fingerprint(second))]);
      for (const secret of [newSecret(), second])
        expect((await command(['set', 'sandbox', '--force'], secret)).code).toBe(0);
      const rows = await together.database.query('SELECT fingerprint FROM webhook_secrets ORDER BY set_at');
      expect(rows.map((row) => String(row['fingerprint']))).toEqual([
        expect.not.stringContaining(fingerprint(second)),
        fingerprint(second),
      ]);
    });

    it('closes the connection if it cannot be decrypted, so that Plane retries, or answers 503 where that is configured', async () => {
      await together.database.query('UPDATE webhook_secrets SET id = gen_random_uuid()');
      await soon(second, 'closed 503');
      expect(await statusWith(appSecret(), ofAnotherWorkspace())).toBe(202);
      const doctor = await hangarCommand(['doctor', '--json'], together.environment);
      expect(doctor.stdout).toMatch(/"key ring","ok":false/);
      expect(doctor.stdout).toContain('1 workspace(s) have a workspace secret');
    });

    it('is replaced by the app secrets when it is removed', async () => {
      expect((await command(['remove', 'sandbox'])).stderr).toContain('within the last day');
      expect((await command(['remove', 'sandbox', '--force'])).code).toBe(0);
      await soon(appSecret(), '202 202');
      expect((await command(['list'])).stdout).toBe('No results.\n');
      expect((await command(['remove', 'sandbox'])).stderr).toContain('no workspace secret');
    });

    it.each([
      [['set', 'nowhere'], newSecret(), /not installed in a workspace "nowhere".*hangar installations list/],
      [['set', 'sandbox'], '', /printable ASCII/],
      [['set', 'sandbox'], `${newSecret()} and more`, /printable ASCII/],
      [['set', 'sandbox'], `"${newSecret()}`, /without blanks and quotes/],
      [['set', 'sandbox', '--file', '/nowhere'], '', /\/nowhere cannot be read \(ENOENT\)/],
    ])('is rejected: %j', async (args, input, message) => {
      const { code, stderr } = await command(args, input);
      expect(code).toBe(args.includes('--file') ? 2 : 1);
      expect(stderr).toMatch(message);
    });

    it('is in no log, response or row', async () => {
      expect((await command(['set', 'sandbox'], first)).code).toBe(0);
      await soon(first, '202 202');
      const rows = await together.database.query('SELECT webhook_secrets::text AS row FROM webhook_secrets');
      const written = [together.hangar.log, replica.log, ...said, JSON.stringify(rows)].join('\n');
      expect(written).toContain(fingerprint(first));
      for (const secret of [first, second]) {
        expect(written).not.toContain(secret);
        expect(written).not.toContain(sha256(secret));
        expect(written).not.toContain(secret.slice('plane_wh_'.length));
        expect(written).not.toContain(Buffer.from(secret).toString('base64').slice(0, -4));
      }
    });
  });
}
