import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compactDecrypt, CompactEncrypt } from 'jose';
import { Secret } from '../../src/common/secret.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { WorkspaceSecretsModule } from '../../src/webhooks/workspace-secrets/workspace-secrets.module.js';
import { WorkspaceSecretVaultService } from '../../src/webhooks/workspace-secrets/workspace-secret-vault.service.js';
import { WorkspaceSecretsRepository } from '../../src/webhooks/workspace-secrets/workspace-secrets.repository.js';
import { hangarCommand } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext, TEST_KEYS } from '../support/service-context.js';

const MODULES = [TokensModule, WorkspaceSecretsModule];
const NEW_KEY = `new:${Buffer.alloc(32, 2).toString('base64')}`;
/** Rows are read in batches of 200. */
const USERS = Array.from({ length: 210 }, (_, index) => `user-${index}`);

/** The users' tokens and a webhook secret. */
const ROWS = USERS.length + 1;

describe('hangar keys rotate', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const context = await serviceContext(database, simulator, MODULES);
    for (const user of USERS) {
      const refreshToken = new Secret(`refresh of ${user}`);
      const grant = { accessToken: new Secret(`access of ${user}`), refreshToken, expiresInSeconds: 86_400 };
      await context.get(TokensService).storeUser(user, grant);
    }
    const id = randomUUID();
    await context.get(WorkspaceSecretsRepository).add({
      id,
      connectionId: 'default',
      baseUrl: simulator.url,
      workspaceId: 'w',
      fingerprint: 'abcdef01',
      secret: await context.get(WorkspaceSecretVaultService).seal(id, new Secret('of a webhook')),
    });
    await context.close();
  });

  afterAll(async () => {
    await simulator.close();
    await database.drop();
  });

  /** Runs the built command and gives its last line and exit code. */
  async function rotate(keys: string): Promise<{ code: number | null; last: unknown }> {
    const env = { DATABASE_URL: database.url, HANGAR_ENCRYPTION_KEYS: keys };
    const { stdout, code } = await hangarCommand(['keys', 'rotate', '--json'], env);
    return { code, last: JSON.parse(stdout.trim().split('\n').at(-1) ?? '') };
  }

  async function webhookSecret(keys: string): Promise<string> {
    const context = await serviceContext(database, simulator, MODULES, keys);
    try {
      const [row] = await context.get(WorkspaceSecretsRepository).of([{ id: 'default', baseUrl: simulator.url }]);
      if (!row) throw new Error('the row is gone');
      return (await context.get(WorkspaceSecretVaultService).open(row)).reveal();
    } finally {
      await context.close();
    }
  }

  async function accessToken(keys: string, user: string): Promise<string> {
    const context = await serviceContext(database, simulator, [TokensModule], keys);
    try {
      return (await context.get(TokensService).accessToken({ planeUserId: user })).reveal();
    } finally {
      await context.close();
    }
  }

  it('encrypts rows of earlier releases, which open until then, with derived keys', async () => {
    const key = Buffer.from(TEST_KEYS.slice(TEST_KEYS.indexOf(':') + 1), 'base64');
    const [row] = await database.query<{ id: string }>(`SELECT id FROM tokens WHERE plane_user_id = 'user-9'`);
    const earlier = await new CompactEncrypt(Buffer.from('access before'))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'test', place: `tokens/${row?.id}/access_token` })
      .encrypt(key);
    await database.query(`UPDATE tokens SET access_token = $1, version = 7 WHERE id = $2`, [earlier, row?.id]);
    await database.query(`UPDATE tokens SET refresh_token = NULL WHERE id = $1`, [row?.id]);
    expect(await accessToken(TEST_KEYS, 'user-9')).toBe('access before');
    expect(await rotate(TEST_KEYS)).toMatchObject({ code: 0, last: { rotated: 1, unreadable: 0, stillNeeded: [] } });
    expect(await accessToken(TEST_KEYS, 'user-9')).toBe('access before');
    const [after] = await database.query<{ text: string }>('SELECT access_token AS text FROM tokens WHERE id = $1', [
      row?.id,
    ]);
    await expect(compactDecrypt(after?.text ?? '', key)).rejects.toThrow('decryption operation failed');
  });

  it('a text that is copied back into its row after a change does not open', async () => {
    const text = `SELECT access_token AS text, version FROM tokens WHERE plane_user_id = 'user-8'`;
    const [before] = await database.query<{ text: string; version: number }>(text);
    const context = await serviceContext(database, simulator, [TokensModule]);
    await context.get(TokensService).storeUser('user-8', { accessToken: new Secret('new'), expiresInSeconds: 86_400 });
    await context.close();
    const [after] = await database.query<{ text: string; version: number }>(text);
    expect(after?.version).toBe(Number(before?.version) + 1);
    const put = `UPDATE tokens SET access_token = $1 WHERE plane_user_id = 'user-8'`;
    await database.query(put, [before?.text]);
    await expect(accessToken(TEST_KEYS, 'user-8')).rejects.toMatchObject({ code: 'secret_unreadable' });
    await database.query(put, [after?.text]);
    expect(await accessToken(TEST_KEYS, 'user-8')).toBe('new');
  });

  it('is not required to read rows encrypted with an old key', async () => {
    expect(await accessToken(`${NEW_KEY},${TEST_KEYS}`, 'user-7')).toBe('access of user-7');
  });

  it('reports a missing key that rows still need, changes nothing, and exits with 1', async () => {
    expect(await rotate(NEW_KEY)).toEqual({
      code: 1,
      last: { seen: ROWS, total: ROWS, rotated: 0, unreadable: ROWS, stillNeeded: ['test'] },
    });
  });

  it('encrypts every row with the first key', async () => {
    const all = { seen: ROWS, total: ROWS, unreadable: 0, stillNeeded: [] };
    expect(await rotate(`${NEW_KEY},${TEST_KEYS}`)).toEqual({ code: 0, last: { ...all, rotated: ROWS } });
    expect(await rotate(`${NEW_KEY},${TEST_KEYS}`)).toEqual({ code: 0, last: { ...all, rotated: 0 } });
    expect(await accessToken(NEW_KEY, 'user-7')).toBe('access of user-7');
    expect(await webhookSecret(NEW_KEY)).toBe('of a webhook');
  });

  it('skips a row whose ciphertext was copied from another row, and continues', async () => {
    await database.query(`
      UPDATE tokens SET access_token = (SELECT access_token FROM tokens WHERE plane_user_id = 'user-1')
      WHERE plane_user_id = 'user-2'`);
    expect(await rotate(`${TEST_KEYS},${NEW_KEY}`)).toEqual({
      code: 1,
      last: { seen: ROWS, total: ROWS, rotated: ROWS - 1, unreadable: 1, stillNeeded: ['new'] },
    });
  });
});
