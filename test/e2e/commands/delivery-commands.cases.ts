import { randomUUID } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { rmSync, writeFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CommandResult, hangarCommand } from '../../support/cli.js';
import { failedDelivery } from '../../support/console-visitor.js';
import { dataFolder } from '../../support/data-folder.js';
import { type Answer, type HangarWithSimulator, pingWebhook } from '../../support/hangar-with-simulator.js';
import { type SharedServer } from '../../support/shared-server.js';
import { until } from '../../support/until.js';

/** Commands about deliveries, handlers and the audit log. Part of `commands.test.ts`, on its server. */
export function deliveryCommandsCases(shared: SharedServer): void {
  describe('commands about deliveries and handlers', () => {
    let together: HangarWithSimulator;
    let ping: string;
    let answer: Answer;
    let before: number;
    let since: string;
    const folder = dataFolder();

    beforeAll(async () => {
      ({ together } = shared);
      await until('the answers to what was sent before', async () => {
        const open = `SELECT FROM pgboss.job WHERE name = 'PingHandler.pong' AND state IN ('created', 'active', 'retry')`;
        return (await together.database.query(open)).length === 0;
      });
      before = await together.pongs();
      since = new Date().toISOString();
      ping = pingWebhook('v2');
      answer = await together.deliver(ping, { 'x-plane-event': 'workitem.comment.created' });
      await pongs(1);
    });

    afterAll(() => rmSync(folder, { recursive: true }));

    const hangar = (...args: string[]): Promise<CommandResult> =>
      hangarCommand(args, { ...together.environment, PUBLIC_URL: together.url });
    const json = async (...args: string[]): Promise<Record<string, unknown>> =>
      JSON.parse((await hangar(...args, '--json')).stdout) as Record<string, unknown>;
    const pongs = (count: number): Promise<unknown> =>
      until(`${count} answers`, async () => (await together.pongs()) === before + count);

    it.each([
      [['deliveries', 'replay', '--text', '', '--dry-run'], '--text is empty'],
      [['deliveries', 'replay', '--text', ' ', '--dry-run'], '--text is empty'],
      [['deliveries', 'list', '--limit', '300000'], 'It must be from 1 to 10000.'],
      [['audit', 'list', '--limit', '0'], 'It must be from 1 to 10000.'],
    ])('reject %j', async (args, text) => {
      expect(await hangar(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(text) });
    });

    it('list them, and show one with its bytes and headers', async () => {
      const { stdout } = await hangar('deliveries', 'list', '--event', 'workitem.comment.created');
      expect(stdout).toContain(answer.body.id);
      const listed = (await json('deliveries', 'list', '--since', '2020-01-01')) as { deliveries: object[] };
      expect(listed.deliveries).toContainEqual(
        expect.objectContaining({ id: answer.body.id, eventName: 'workitem.comment.created', source: 'v2' }),
      );
      expect(await json('deliveries', 'list', '--until', '2020-01-01')).toEqual({ deliveries: [] });
      const shown = (await json('deliveries', 'show', answer.body.id)) as {
        delivery: { body: string; headers: Record<string, string> };
      };
      expect(shown.delivery.body).toBe(ping);
      expect(shown.delivery.headers['x-plane-event']).toBe('workitem.comment.created');
      expect((await hangar('deliveries', 'show', answer.body.id)).stdout).toContain(ping);
    });

    it('replay one, which is not treated as a duplicate', async () => {
      expect(await json('deliveries', 'replay', answer.body.id)).toEqual({
        deliveries: 1,
        jobs: 1,
        dryRun: false,
      });
      await pongs(2);
    });

    it('count a replay by filter, and replay to one handler', async () => {
      await until('the webhooks of both answers', async () => {
        const stored = await together.database.query('SELECT FROM deliveries WHERE received_at >= $1', [since]);
        return stored.length >= 3;
      });
      const filter = [
        '--event',
        'workitem.comment.created',
        '--workspace',
        'sandbox',
        '--since',
        since,
        '--until',
        '2999-01-01',
      ];
      const dry = await json('deliveries', 'replay', ...filter, '--dry-run');
      expect(dry).toMatchObject({ dryRun: true });
      expect(Number(dry['jobs'])).toBeGreaterThan(0);
      const { stdout } = await hangar('deliveries', 'replay', ...filter, '--handler', 'PingHandler.pong');
      expect(stdout).toContain(`${String(dry['deliveries'])} delivery(s) were replayed`);
      await pongs(3);
    });

    it.each<[string[], number, RegExp]>([
      [['replay', randomUUID()], 1, /no delivery has the id/],
      [['show', 'nonsense'], 1, /no delivery has the id nonsense/],
      [['replay'], 2, /Specify a delivery id or a filter/],
      [
        ['replay', '--event', 'workitem.created', '--handler', 'Unknown.handler'],
        1,
        /no handler Unknown\.handler; there are PingHandler\.pong/,
      ],
      [['list', '--since', 'soon'], 2, /It must be a time such as/],
      [
        ['list', '--event', 'workitem.creatd'],
        2,
        /--event: "workitem.creatd" is unknown. Did you mean workitem.created/,
      ],
      [
        ['list', '--handler', 'PingHandler.pnog'],
        2,
        /--handler: "PingHandler.pnog" is unknown. Did you mean PingHandler.pong/,
      ],
      [['replay', '--workspace', 'sandbx'], 2, /--workspace: "sandbx" is unknown. Did you mean sandbox/],
    ])('reject deliveries %j with the exit code %i and a clear message', async (args, exitCode, text) => {
      const { code, stderr } = await hangar('deliveries', ...args);
      expect([code, stderr]).toEqual([exitCode, expect.stringMatching(text)]);
      expect(stderr).not.toContain('    at ');
    });

    it('list dead letters with their error, and redrive them', async () => {
      await failedDelivery(together, pingWebhook('v2'));
      const [letter] = await until('the dead letter', async () => {
        const { deadLetters } = (await json('dead-letters', 'list')) as { deadLetters: { id: string }[] };
        return deadLetters.length > 0 && deadLetters;
      });
      expect(letter).toMatchObject({
        handler: 'PingHandler.pong',
        error: expect.stringContaining('Plane answered 403'),
      });
      for (const name of ['list', 'redrive']) {
        const unknown = await hangar('dead-letters', name, '--handler', 'PingHandler.pnog');
        const message = expect.stringContaining('unknown. Did you mean PingHandler.pong?');
        expect(unknown).toMatchObject({ code: 2, stdout: '', stderr: message });
      }
      const unfiltered = await hangar('dead-letters', 'redrive', '--dry-run');
      expect(unfiltered).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('--all') });
      expect((await hangar('dead-letters', 'redrive', '--all', letter?.id ?? '')).code).toBe(2);
      expect(await json('dead-letters', 'redrive', '--all', '--dry-run')).toEqual({ redriven: 1, dryRun: true });
      expect((await hangar('dead-letters', 'redrive', letter?.id ?? '')).stdout).toContain('1 dead letter(s) were');
      await pongs(4);
      expect(await json('dead-letters', 'list')).toEqual({ deadLetters: [] });
    });

    it('pause a handler of the running server, and resume it', async () => {
      const name = 'PingHandler.pong';
      const paused = await json('handlers', 'pause', name, '--reason', 'a look');
      expect(paused).toMatchObject({ handler: name, reason: 'a look', already: false });
      await until('the server to follow', () => together.hangar.log.includes('paused: fetching no jobs'));
      await together.deliver(pingWebhook('v2'));
      const { stdout } = await hangar('handlers');
      expect(stdout).toMatch(/^HANDLER .* PAUSED\n(?:.*\n)*PingHandler\.pong .* since \d{4}-.* by \S+: a look$/m);
      const again = await hangar('handlers', 'pause', name);
      expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('is already paused')]);
      expect(await json('handlers', 'resume', name)).toEqual({ handler: name, wasPaused: true });
      await pongs(5);
    });

    it('send a file as a webhook, signed', async () => {
      const file = join(folder, 'webhook.json');
      writeFileSync(file, pingWebhook('v1'));
      const { code, stdout } = await hangar('webhook', 'send', file);
      expect([code, stdout]).toEqual([0, expect.stringContaining('responded 202')]);
      await pongs(6);
    });

    it('send a stored delivery unchanged to another URL', async () => {
      const got: { body: string; headers: IncomingHttpHeaders }[] = [];
      const colleague = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on('data', (chunk: Buffer) => chunks.push(chunk));
        request.on('end', () => {
          got.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
          response.end('thanks');
        });
      }).listen(0, '127.0.0.1');
      await once(colleague, 'listening');
      const url = `http://127.0.0.1:${(colleague.address() as AddressInfo).port}/hook`;
      const sent = await json('webhook', 'send', '--delivery', answer.body.id, '--to', url);
      colleague.close();
      expect(sent).toEqual({ status: 200, body: 'thanks' });
      expect(got[0]?.body).toBe(ping);
      expect(got[0]?.headers).toMatchObject({
        'x-plane-event': 'workitem.comment.created',
        'x-plane-signature': expect.stringMatching(/^[0-9a-f]{64}$/),
      });
    });

    it('are recorded in the audit log, with user and host', async () => {
      const { entries } = (await json('audit', 'list')) as { entries: AuditEntry[] };
      const user = { kind: 'command', id: userInfo().username, from: hostname() };
      const recorded = entries.map(({ by, action, target, outcome, details }) => ({
        by,
        action,
        target,
        outcome,
        details,
      }));
      const target = `delivery/${answer.body.id}`;
      for (const [action, more] of [
        ['delivery.read', { target, details: {} }],
        ['delivery.replay', { target, details: { deliveries: 1, jobs: 1 } }],
        ['delivery.replay', { details: expect.objectContaining({ toHandler: 'PingHandler.pong' }) }],
        ['dead_letter.redrive', { details: { ids: [expect.any(String)], redriven: 1 } }],
      ] as const)
        expect(recorded).toContainEqual(expect.objectContaining({ by: user, action, outcome: 'done', ...more }));
      expect(recorded.at(-1)).toMatchObject({
        by: { kind: 'server', id: hostname() },
        action: 'server.start',
        details: {
          roles: ['receiver', 'worker', 'scheduler', 'console'],
          version: '0.1.0',
          sso: false,
          production: false,
          planeBaseUrl: together.simulator.url,
          settings: expect.objectContaining({ HOST: '127.0.0.1' }),
          secretsSet: expect.arrayContaining(['PLANE_CLIENT_SECRET', 'DATABASE_URL']),
          secretsNotSet: expect.arrayContaining(['OIDC_CLIENT_SECRET']),
        },
      });
      const text = JSON.stringify(entries);
      for (const name of ['PLANE_CLIENT_SECRET', 'DATABASE_URL', 'HANGAR_ENCRYPTION_KEYS'])
        expect(text).not.toContain(together.environment[name]);
      const [anchor] = /"msg":"audit","seq":1,"hash":"[0-9a-f]{64}"/.exec(together.hangar.log) ?? [];
      expect(anchor).toContain(entries.at(-1)?.hash);
    });

    it('page, filter and export the audit log', async () => {
      const first = (await json('audit', 'list', '--limit', '2')) as { entries: AuditEntry[]; next: number };
      const rest = await json('audit', 'list', '--before', String(first.next));
      expect([first.entries.length, (rest['entries'] as AuditEntry[])[0]?.seq]).toEqual([2, first.next - 1]);
      const { stdout } = await hangar('audit', 'list', '--action', 'delivery.read', '--limit', '1');
      expect(stdout).toMatch(/^SEQ +AT +WHO.*\n\d+ .*command .* delivery\.read +delivery\/.* done\n.*--before \d+\n$/);
      const exported = (await hangar('audit', 'export', '--since', '2020-01-01T00:00Z')).stdout.trim().split('\n');
      const lines = exported.map((line) => JSON.parse(line) as AuditEntry);
      expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
      expect(lines.at(-1)).toMatchObject({
        action: 'audit.export',
        details: { filter: { since: '2020-01-01T00:00:00.000Z' } },
      });
    });

    it('verify the audit log, and report manipulated entries', async () => {
      const { code, stdout } = await hangar('audit', 'verify');
      expect([code, stdout]).toEqual([0, expect.stringMatching(/^All \d+ entries are intact\. /)]);
      const other = await hangar('audit', 'verify', '--expect', `2:${'0'.repeat(64)}`);
      expect([other.code, other.stdout]).toEqual([1, expect.stringContaining('entry 2 has the hash')]);
      await together.database.query(`ALTER TABLE audit_log DISABLE TRIGGER audit_log_keep`);
      await together.database.query(`UPDATE audit_log SET outcome = 'refused' WHERE seq = 2`);
      await together.database.query(`DELETE FROM audit_log WHERE seq = 4`);
      await together.database.query(`ALTER TABLE audit_log ENABLE TRIGGER audit_log_keep`);
      const broken = await hangar('audit', 'verify', '--json');
      expect([broken.code, JSON.parse(broken.stdout)]).toEqual([
        1,
        expect.objectContaining({
          ok: false,
          faultCount: 2,
          faults: [
            { kind: 'changed', seq: 2, text: expect.stringContaining('entry 2 was changed') },
            { kind: 'missing', seq: 5, text: 'entry 4 is missing before entry 5' },
          ],
        }),
      ]);
    });
  });
}

/** The checked properties of an entry of the audit log. */
interface AuditEntry {
  readonly seq: number;
  readonly by: object;
  readonly action: string;
  readonly target?: string;
  readonly outcome: string;
  readonly details: Record<string, unknown>;
  readonly hash: string;
}
