import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { migrateDatabase } from '../../src/server/migrate.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('migrating', () => {
  const role = `r_${randomBytes(4).toString('hex')}`;
  const latin = `t_latin_${randomBytes(4).toString('hex')}`;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase({ empty: true });
    await database.query(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
    await database.query(
      `CREATE DATABASE ${latin} ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0`,
    );
  });

  afterAll(async () => {
    await database.query(`DROP DATABASE ${latin} WITH (FORCE)`);
    await database.query(`DROP OWNED BY ${role}`);
    await database.query(`DROP ROLE ${role}`);
    await database.drop();
  });

  const as = (changes: Partial<URL>): string => Object.assign(new URL(database.url), changes).href;

  it('is refused in a database that cannot store every character', async () => {
    await expect(migrateDatabase(as({ pathname: latin }))).rejects.toMatchObject({
      code: 'database_encoding',
      detail: expect.stringMatching(/as LATIN1.*ENCODING 'UTF8'/),
    });
  });

  it('names the grants that the role lacks, and needs no others', async () => {
    const url = as({ username: role, password: role });
    const failure: unknown = await migrateDatabase(url).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'create_missing', detail: expect.stringContaining(role) });
    const [, grants = ''] = /administrator: (.*)$/.exec((failure as { detail: string }).detail) ?? [];
    expect(grants.split('; ')).toHaveLength(2);
    for (const grant of grants.split('; ')) await database.query(grant);
    expect(await migrateDatabase(url)).not.toEqual([]);
    expect(await migrateDatabase(url)).toEqual([]);
  });
});
