import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { BaseUrlSpelling1764911000000 } from '../../migrations/1764911000000-base-url-spelling.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

describe('base URLs that an earlier release stored as they were written', () => {
  let database: TestDatabase;
  let dataSource: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = new DataSource({ type: 'postgres', url: database.url });
    await dataSource.initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });

  it('get one spelling; of rows that were equal but for it the newest stays', async () => {
    const install = (baseUrl: string, plane: string, age: number): Promise<unknown> =>
      database.query(
        `INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                                    bot_user_id, application_id, updated_at)
         VALUES (gen_random_uuid(), $1, $2, 'installed', $2, $1, 'W', 'b', 'a', now() - make_interval(days => $3))`,
        [baseUrl, plane, age],
      );
    await install('HTTP://Plane.Example:80', 'one', 3);
    await install('http://plane.example', 'one', 1);
    await install('http://plane.example:080', 'two', 1);
    await install('https://plane.example', 'one', 1);
    await install('https://Other.example:443/plane', 'three', 1);
    await database.query(
      `INSERT INTO tokens (id, kind, base_url, installation_id, access_token, obtained_at, expires_at, due_at)
       SELECT gen_random_uuid(), 'bot', base_url, id, 'sealed', now(), now(), now() FROM installations`,
    );
    const runner = dataSource.createQueryRunner();
    await new BaseUrlSpelling1764911000000().up(runner);
    await runner.release();
    const rows = `SELECT base_url, installation_id FROM installations ORDER BY base_url, installation_id`;
    expect(await database.query(rows)).toEqual([
      { base_url: 'http://plane.example', installation_id: 'one' },
      { base_url: 'http://plane.example', installation_id: 'two' },
      { base_url: 'https://other.example/plane', installation_id: 'three' },
      { base_url: 'https://plane.example', installation_id: 'one' },
    ]);
    const slugs = await database.query(
      `SELECT workspace_slug FROM installations WHERE base_url = 'http://plane.example'`,
    );
    expect(slugs).toContainEqual({ workspace_slug: 'http://plane.example' });
    const tokens = `SELECT FROM tokens JOIN installations ON installations.id = tokens.installation_id
                    WHERE tokens.base_url = installations.base_url`;
    expect(await database.query(tokens)).toHaveLength(4);
    expect(await database.query('SELECT FROM tokens')).toHaveLength(4);
  });
});
