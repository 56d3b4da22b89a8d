import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recorded } from '../fixtures/recorded.js';
import { type ApiAnswer, ApiClient } from '../support/api-client.js';
import { items } from '../support/api-scene.js';
import { hangarCommand } from '../support/cli.js';
import { ConsoleVisitor, inlineParts } from '../support/console-visitor.js';
import { dataFolder } from '../support/data-folder.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

const OPERATIONS = ['listTasks', 'getTask', 'cancelTask', 'listSchedules'];

describe('operators of tasks', () => {
  let together: HangarWithSimulator;
  let api: ApiClient;
  let admin: ConsoleVisitor;
  let viewer: ConsoleVisitor;
  let workspaceId: string;

  beforeAll(async () => {
    together = await HangarWithSimulator.start({
      program: resolve('test/support/task-server.mjs'),
      environment: { RECORD_FILE: `${dataFolder()}/runs` },
    });
    await together.install();
    api = await ApiClient.of(together.hangar);
    admin = await ConsoleVisitor.signIn(together);
    viewer = await ConsoleVisitor.signIn(together, 'viewer');
    workspaceId = String(items(await get('installations'))[0]?.['workspaceId']);
  });

  afterAll(() => together.stop());

  const get = (path: string): Promise<ApiAnswer> => api.call('GET', path);
  /** What a viewer's open page is sent. */
  async function liveText(path: string): Promise<{ text: () => string; close: () => void }> {
    const stop = new AbortController();
    const { body } = await viewer.get(path, { signal: stop.signal });
    let text = '';
    const read = async (): Promise<void> => {
      for await (const chunk of body ?? []) text += Buffer.from(chunk).toString();
    };
    void read().catch(() => undefined); // it is closed
    return { text: () => text, close: () => stop.abort() };
  }

  const command = (...args: string[]) => hangarCommand(args, together.environment);
  const schedule = async (key: string): Promise<string> => {
    const ids = { event_id: randomUUID(), delivery_id: randomUUID(), workspace_id: workspaceId };
    const given = recorded('v2-workitem-updated');
    const data = { ...(given['data'] as object), name: `schedule ${key}` };
    expect((await together.deliver(JSON.stringify({ ...given, ...ids, data }))).status).toBe(202);
    return until('the task', async () => items(await get(`tasks?key=${key}`))[0]?.['id'] as string);
  };

  it('list and read them by the API; a viewer does not get their data', async () => {
    const id = await schedule('one');
    const task = { id, name: 'remind', state: 'waiting', key: 'one', workspaceId, attemptCount: 0 };
    expect(items(await get('tasks?state=waiting&name=remind&workspace=sandbox&limit=1'))).toEqual([
      expect.objectContaining(task),
    ]);
    expect(items(await get('tasks?orphaned=true'))).toEqual([]);
    expect(await get('tasks?name=remnid')).toMatchObject({ status: 400 });
    const one = await get(`tasks/${id}`);
    expect(one.json).toMatchObject({
      ...task,
      data: '{"secret":"of the app"}',
      cancelOn: ['workitem.deleted'],
      attempts: [],
    });
    expect(items(await get('audit?action=task.read&limit=1'))[0]).toMatchObject({ target: `task/${id}` });
    expect(await get('tasks/nothing')).toMatchObject({ status: 404, json: { type: 'urn:hangar:task_not_found' } });
    expect(await (await viewer.get(`/api/v1/tasks/${id}`)).text()).not.toContain('of the app');
  });

  it('see in the open pages what changes', async () => {
    const id = await schedule('live');
    expect(await viewer.page('/console/tasks')).toContain('data-live="/console/tasks/live"');
    expect(await viewer.page(`/console/tasks/${id}`)).toContain(`data-live="/console/tasks/${id}/live"`);
    const list = await liveText('/console/tasks/live?key=live');
    const task = await liveText(`/console/tasks/${id}/live`);
    await until('the row', () => list.text().includes(`task-${id}`));
    await until('the state', () => task.text().includes('task-state'));
    await command('tasks', 'cancel', id);
    for (const stream of [list, task]) {
      await until('the change', () => stream.text().includes('cancelled'));
      stream.close();
    }
  });

  it('list the schedules with their next occurrence', async () => {
    const schedules = items(await get('schedules'));
    expect(schedules).toMatchObject([
      {
        handler: 'Chores.digest',
        cron: '0 8 29 2 *',
        timeZone: 'Europe/Berlin',
        each: 'installation',
        orphaned: false,
      },
      { handler: 'Chores.sweep', cron: '0 3 29 2 *', timeZone: 'UTC', each: 'app' },
    ]);
    expect(Date.parse(String(schedules[0]?.['nextAt']))).toBeGreaterThan(Date.now());
    // The command has the handlers of this repository, and not those of the test's server.
    const printed = await command('schedules', 'list');
    expect(printed.stdout).toMatch(/^Chores\.sweep +0 3 .* UTC +app +\(orphaned: not in this release\)/m);
    expect(JSON.parse((await command('schedules', 'list', '--json')).stdout)).toMatchObject({ schedules: [{}, {}] });
  });

  it('cancel one by the API and one by the command, once', async () => {
    const [first, second] = [await schedule('by-api'), await schedule('by-command')];
    expect((await api.call('POST', `tasks/${first}/cancel`)).status).toBe(204);
    expect(await api.call('POST', `tasks/${first}/cancel`)).toMatchObject({
      status: 409,
      json: { type: 'urn:hangar:task_not_cancellable' },
    });
    expect((await command('tasks', 'cancel', second)).stdout).toBe(`The task ${second} is cancelled.\n`);
    const listed = JSON.parse((await command('tasks', 'list', '--state', 'cancelled', '--json')).stdout) as {
      tasks: { id: string; reason: string }[];
    };
    expect(listed.tasks.slice(0, 2).map(({ id }) => id)).toEqual([second, first]);
    expect(listed.tasks[0]?.reason).toMatch(/^cancelled by /);
    expect((await command('tasks', 'show', second)).stdout).toContain('data: {"secret":"of the app"}');
    const wrong = await command('tasks', 'list', '--name', 'remnid');
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('--name: "remnid" is unknown')]);
  });

  it('see and cancel them in the console', async () => {
    const id = await schedule('in-console');
    const list = await viewer.page('/console/tasks');
    expect(list).toContain('Chores.digest');
    expect(list).toContain(`/console/tasks/${id}`);
    expect(inlineParts(list)).toEqual([]);
    expect(await viewer.page('/console/tasks?state=wating')).toContain('Did you mean');
    const one = await viewer.page(`/console/tasks/${id}`);
    expect(one).not.toContain('of the app');
    expect(one).toContain('Cancelling needs the role <strong>operator</strong>');
    expect(await admin.page(`/console/tasks/${id}/data`)).toContain('of the app');
    expect((await viewer.get('/console/tasks/nothing')).status).toBe(404);
    await admin.submit(`/console/tasks/${id}`, `/console/tasks/${id}/cancel`);
    expect(await viewer.page(`/console/tasks/${id}`)).toContain('cancelled by ');
  });

  it('a task whose method is gone is an attention item of the overview', async () => {
    const id = await schedule('gone');
    await together.database.query(`UPDATE scheduled_tasks SET name = 'removed' WHERE id = $1`, [id]);
    expect(await viewer.page('/console')).toContain('1 task “removed”, for which this release has no method');
    expect(items(await get('tasks?orphaned=true')).map((task) => task['id'])).toEqual([id]);
  });

  it('got only documented responses of the API', () => {
    expect(OPERATIONS.filter((id) => !api.done.has(id))).toEqual([]);
    expect(api.faults).toEqual([]);
  });
});
