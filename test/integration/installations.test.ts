import { randomUUID } from 'node:crypto';
import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { InstallationsModule } from '../../src/installations/installations.module.js';
import { InstallationsService } from '../../src/installations/installations.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

interface Row {
  readonly workspaceId: string;
  readonly slug: string;
  readonly status?: 'installed' | 'uninstalled';
  readonly baseUrl?: string;
  readonly secondsAgo?: number;
}

describe('a workspace named by slug or id', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  let installations: InstallationsService;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [InstallationsModule]);
    installations = context.get(InstallationsService);
  });

  beforeEach(async () => {
    await database.query('DELETE FROM installations');
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  /** Stores an installation. Resolves with our id of it. */
  async function insert({ workspaceId, slug, ...rest }: Row): Promise<string> {
    const { status = 'installed', baseUrl = simulator.url, secondsAgo = 0 } = rest;
    const id = randomUUID();
    await database.query(
      `INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                                  bot_user_id, application_id, updated_at)
       VALUES ($1::uuid, $2, $1::uuid::text, $3, $4, $5, $5, 'bot', 'app', now() - make_interval(secs => $6))`,
      [id, baseUrl, status, workspaceId, slug, secondsAgo],
    );
    return id;
  }
  const found = async (workspace: string): Promise<string | undefined> =>
    (await installations.findBySlugOrId(workspace))?.id;

  it('is found by its slug and by its id', async () => {
    const workspaceId = randomUUID();
    const id = await insert({ workspaceId, slug: 'acme' });
    expect([await found('acme'), await found(workspaceId)]).toEqual([id, id]);
    expect(await installations.workspaceIdOf('acme')).toBe(workspaceId);
  });

  it('is not found by another text, which is then used as the id', async () => {
    await insert({ workspaceId: randomUUID(), slug: 'acme' });
    for (const text of ['other', '', 'acme ', 'a\uD800', '\0']) expect(await found(text)).toBeUndefined();
    expect(await installations.workspaceIdOf('other')).toBe('other');
  });

  it('is found by its id if another workspace uses that id as its slug', async () => {
    const workspaceId = randomUUID();
    await insert({ workspaceId: randomUUID(), slug: workspaceId });
    const id = await insert({ workspaceId, slug: 'acme', status: 'uninstalled', secondsAgo: 60 });
    expect(await found(workspaceId)).toBe(id);
  });

  it('is not found by a slug that equals the id of a workspace that never installed the app', async () => {
    for (const workspaceId of [
      randomUUID(),
      '00000000-0000-0000-0000-000000000001',
      randomUUID().replaceAll('-', ''),
    ]) {
      await insert({ workspaceId: randomUUID(), slug: workspaceId });
      expect(await found(workspaceId)).toBeUndefined();
      expect(await installations.workspaceIdOf(workspaceId)).toBe(workspaceId);
    }
  });

  it('resolves to the live installation, else to the latest one', async () => {
    const workspaceId = randomUUID();
    const uninstalled = { workspaceId, slug: 'acme', status: 'uninstalled' } as const;
    await insert({ ...uninstalled, secondsAgo: 60 });
    const latest = await insert(uninstalled);
    expect([await found('acme'), await found(workspaceId)]).toEqual([latest, latest]);
    const live = await insert({ workspaceId, slug: 'acme', secondsAgo: 120 });
    expect([await found('acme'), await found(workspaceId)]).toEqual([live, live]);
  });

  it('is searched only among installations of the configured Plane', async () => {
    const workspaceId = randomUUID();
    await insert({ workspaceId, slug: 'acme', baseUrl: 'https://other.example.com' });
    expect([await found('acme'), await found(workspaceId)]).toEqual([undefined, undefined]);
  });
});
