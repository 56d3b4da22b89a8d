import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from 'hangar/testing';
import { OpenItemsAgent } from '../../src/handlers/open-items.agent.js';
import { ProjectsService } from '../fixtures/projects.service.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { KitHandlers, watched } from '../support/kit-handlers.js';
import { leftBy, SCENARIOS } from '../support/kit-scenarios.js';

const OPTIONS = { providers: [KitHandlers, ProjectsService], showFailures: false } as const;

beforeEach(() => void Object.assign(watched, { most: 0, coalesced: [], ordered: [], signals: [] }));

describe('an app in memory and the same app on PostgreSQL', () => {
  let database: TestDatabase;
  let inMemory: TestApp;
  let real: TestApp;

  beforeAll(async () => {
    database = await createTestDatabase();
    inMemory = await createTestApp(OPTIONS);
    real = await createTestApp({ ...OPTIONS, real: true, environment: { DATABASE_URL: database.url } });
  });
  afterAll(async () => {
    await inMemory?.close();
    await real?.close();
    await database.drop();
  });

  it.each(Object.entries(SCENARIOS))('do the same: %s', async (_, scenario) => {
    const left = await leftBy(inMemory, scenario);
    expect(left).toEqual(await leftBy(real, scenario));
    expect(left.runs.length + left.answers.length).toBeGreaterThan(0);
  });

  it('call Plane outside of an event', async () => {
    for (const app of [inMemory, real]) expect(await app.get(ProjectsService).counts()).toMatchObject({ sandbox: 2 });
  });
});

describe('an app in memory', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp(OPTIONS);
  });
  afterAll(() => app.close());

  it('says where the app itself failed', async () => {
    const { runs } = await app.comment('WEB-1', '/fail');
    expect(runs).toMatchObject([
      {
        outcome: 'failed',
        error: new Error('it fails'),
        at: expect.stringMatching(/^test\/support\/kit-handlers\.ts:\d+:\d+$/),
      },
    ]);
  });

  it('aborts a run that hangs once its time-out has passed', async () => {
    await app.clock.advance('3h');
    await app.comment('WEB-1', '/hang', { wait: false });
    await app.until(() => watched.signals.length > 0);
    await app.clock.advance('30s');
    expect(watched.signals[0]?.aborted).toBe(false);
    await app.clock.advance('31s');
    expect(watched.signals[0]?.aborted).toBe(true);
    expect(app.runs('KitHandlers.reply').at(-1)).toMatchObject({
      outcome: 'failed',
      reason: expect.stringContaining('did not end within 60 s'),
    });
  });

  it('keeps the order of a work item and merges its updates', async () => {
    for (const priority of ['high', 'low', 'medium']) await app.change('WEB-2', { priority });
    await app.clock.advance('2m');
    expect([watched.most, watched.ordered]).toEqual([1, ['high', 'low', 'low', 'medium']]);
    expect(watched.coalesced).toEqual([['priority']]);
  });

  it('gives the app’s own classes, and time that only the test moves', async () => {
    const before = app.clock.now();
    await app.clock.advance('36h');
    expect(app.clock.now().getTime() - before.getTime()).toBe(36 * 3_600_000);
    expect(app.get(KitHandlers)).toBeInstanceOf(KitHandlers);
  });

  it('is refused to an agent', async () => {
    await expect(createTestApp({ providers: [OpenItemsAgent] })).rejects.toMatchObject({ code: 'agent_in_memory' });
  });

  it('runs in node:test', () => {
    const output = execFileSync(process.execPath, ['--test', 'test/support/node-test-app.mjs'], { encoding: 'utf8' });
    expect(output).toMatch(/pass 1\n/);
  });
});
