import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../../support/browser.js';
import { hangarCommand } from '../../support/cli.js';
import { type HangarWithSimulator } from '../../support/hangar-with-simulator.js';
import { type SharedServer } from '../../support/shared-server.js';

/** Commands about tokens and installations. Part of `commands.test.ts`, on its server. */
export function tokenCommandsCases(shared: SharedServer): void {
  describe('commands about tokens and installations', () => {
    let together: HangarWithSimulator;
    let id: string;

    beforeAll(async () => {
      ({ together } = shared);
      const [row] = await together.database.query<{ id: string }>('SELECT id FROM tokens');
      id = row?.id ?? '';
    });

    const hangar = (...args: string[]) => hangarCommand(args, together.environment);
    const token = async (): Promise<Record<string, unknown> | undefined> =>
      (await together.database.query('SELECT * FROM tokens'))[0];

    it('list tokens, without their values', async () => {
      const { code, stdout } = await hangar('tokens', 'list');
      expect(code).toBe(0);
      const [head, line] = stdout.split('\n');
      expect(head?.split(/\s{2,}/)).toEqual([
        'ID',
        'KIND',
        'OWNER',
        'STATE',
        'EXPIRES IN',
        'DUE IN',
        'FAILURES',
        'LAST ERROR',
      ]);
      expect(line).toMatch(new RegExp(`^${id}  bot   sandbox  live   24 h\\s+\\d+ h\\s+0$`));
      const listed = JSON.parse((await hangar('tokens', 'list', '--json')).stdout) as object;
      expect(listed).toEqual({
        tokens: [
          {
            id,
            kind: 'bot',
            connectionId: 'default',
            owner: 'sandbox',
            state: 'live',
            expiresInSeconds: expect.any(Number),
            dueInSeconds: expect.any(Number),
            expiresAt: expect.stringMatching(/Z$/),
            dueAt: expect.stringMatching(/Z$/),
            failures: 0,
            lastError: null,
          },
        ],
      });
    });

    it('list tokens whose key is missing', async () => {
      const keys = { HANGAR_ENCRYPTION_KEYS: `other:${Buffer.alloc(32, 9).toString('base64')}` };
      const { code, stdout } = await hangarCommand(['tokens', 'list'], { ...together.environment, ...keys });
      expect([code, stdout]).toEqual([0, expect.stringContaining(id)]);
    });

    it('refresh a token on request, also during the backoff and in a final state', async () => {
      const before = await token();
      await together.database.query(
        `UPDATE tokens SET state = 'needs_consent', failures = 7, next_attempt_at = now() + interval '1 hour', last_error = 'x'`,
      );
      const { code, stdout } = await hangar('tokens', 'refresh', id.toUpperCase());
      expect([code, stdout]).toEqual([0, expect.stringContaining('was refreshed')]);
      const after = await token();
      expect(after).toMatchObject({ state: 'live', failures: 0, next_attempt_at: null, last_error: null });
      expect(after?.['access_token']).not.toBe(before?.['access_token']);
    });

    it('report why a refresh failed', async () => {
      await together.plane.post('/faults', { match: '/auth/o/token/', kind: 'status', status: 500 });
      const failed = await hangar('tokens', 'refresh', id);
      await together.plane.clearFaults();
      expect([failed.code, failed.stderr]).toEqual([1, expect.stringMatching(/^\nhangar: POST .*Plane answered 500/)]);
      expect(await token()).toMatchObject({ failures: 1, state: 'live' });
    });

    it.each([
      ['an unknown id', () => randomUUID(), /No token has the id/],
      ['no id at all', () => 'nonsense', /No token has the id nonsense/],
    ])('reject %s', async (_, of, text) => {
      const { code, stderr } = await hangar('tokens', 'refresh', of());
      expect([code, stderr]).toEqual([1, expect.stringMatching(text)]);
    });

    it('reject a token that is being refreshed, and a revoked one', async () => {
      await together.database.query(
        `UPDATE tokens SET lease_id = gen_random_uuid(), lease_until = now() + interval '1 minute'`,
      );
      expect((await hangar('tokens', 'refresh', id)).stderr).toMatch(/being refreshed by another process/);
      await together.database.query(
        `UPDATE tokens SET lease_id = NULL, lease_until = NULL, state = 'revoked', access_token = NULL`,
      );
      expect((await hangar('tokens', 'refresh', id)).stderr).toMatch(/is revoked and its secrets are deleted/);
    });

    it('list installations', async () => {
      const { stdout } = await hangar('installations', 'list');
      expect(stdout.split('\n')[1]).toMatch(/^sandbox\s+Sandbox\s+installed\s+\d{4}-\d\d-\d\dT/);
      const { installations } = JSON.parse((await hangar('installations', 'list', '--json')).stdout) as {
        installations: object[];
      };
      expect(installations).toMatchObject([{ workspaceSlug: 'sandbox', status: 'installed' }]);
    });

    it('revoke a user’s token, but not a bot’s; the audit log records every attempt', async () => {
      const consent = { decision: 'authorise', user: 'member' } as const;
      await new Browser().install(together.url, '/oauth/setup?flow=user', consent);
      const user = (await together.database.query<{ id: string }>(`SELECT id FROM tokens WHERE kind = 'user'`))[0]
        ?.id as string;
      expect((await hangar('tokens', 'revoke', id)).stderr).toContain("is a bot's");
      expect((await hangar('tokens', 'revoke', user)).stdout).toContain(
        `Token ${user} was revoked, and its secrets were deleted. Plane has revoked it too.`,
      );
      expect(await together.database.query(`SELECT state, access_token FROM tokens WHERE id = $1`, [user])).toEqual([
        { state: 'revoked', access_token: null },
      ]);
      const { entries } = JSON.parse((await hangar('audit', 'list', '--json')).stdout) as {
        entries: { action: string; target: string; outcome: string; details: object }[];
      };
      const tried = entries
        .filter(({ action }) => action.startsWith('token.'))
        .map(({ action, target, outcome, details }) => [action, target, outcome, details]);
      expect(tried.slice(0, 5)).toEqual([
        ['token.revoke_at_plane', `token/${user}`, 'done', {}],
        ['token.revoke', `token/${user}`, 'done', {}],
        ['token.revoke', `token/${id}`, 'failed', { error: 'bot_token_kept' }],
        ['token.refresh', `token/${id}`, 'failed', { error: 'token_revoked' }],
        ['token.refresh', `token/${id}`, 'failed', { error: 'token_renewal_under_way' }],
      ]);
      expect(tried.at(-1)).toEqual(['token.refresh', `token/${id}`, 'done', {}]);
    });

    it('revoke a token here also where Plane does not', async () => {
      const consent = { decision: 'authorise', user: 'member' } as const;
      await new Browser().install(together.url, '/oauth/setup?flow=user', consent);
      const [{ id: user } = { id: '' }] = await together.database.query<{ id: string }>(
        `SELECT id FROM tokens WHERE kind = 'user' AND state = 'live'`,
      );
      await together.plane.post('/faults', { match: '/auth/o/revoke-token/', kind: 'status', status: 503 });
      const { code, stdout } = await hangar('tokens', 'revoke', user, '--json');
      await together.plane.clearFaults();
      const atPlane = { revoked: false, reason: expect.stringContaining('503') };
      expect([code, JSON.parse(stdout)]).toEqual([0, { id: user, outcome: 'revoked', atPlane }]);
      expect(await together.database.query(`SELECT state, access_token FROM tokens WHERE id = $1`, [user])).toEqual([
        { state: 'revoked', access_token: null },
      ]);
      const { entries } = JSON.parse((await hangar('audit', 'list', '--json')).stdout) as {
        entries: { action: string; outcome: string; details: object }[];
      };
      expect(entries[0]).toMatchObject({
        action: 'token.revoke_at_plane',
        outcome: 'failed',
        details: { reason: atPlane.reason },
      });
    });
  });
}
