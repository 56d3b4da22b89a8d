import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  DoNotRetry,
  OnPlaneEvent,
  OnSchedule,
  OnTask,
  type PlaneContext,
  type PlaneEvent,
  type ScheduledRun,
  type Task,
  Tasks,
} from 'hangar';
import { InstallAppService } from '../../src/installations/install-app.service.js';
import { type Installation } from '../../src/installations/installation.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { DeadLettersService } from '../../src/queue/dead-letters.service.js';
import { DueTasksService } from '../../src/tasks/due-tasks.service.js';
import { ScheduleFiringService } from '../../src/tasks/schedule-firing.service.js';
import { TaskAdminService } from '../../src/tasks/task-admin.service.js';
import { TasksModule } from '../../src/tasks/tasks.module.js';
import { TasksSchedulerModule } from '../../src/tasks/tasks-scheduler.module.js';
import { TasksWorkerModule } from '../../src/tasks/tasks-worker.module.js';
import { TasksRepository } from '../../src/tasks/tasks.repository.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { recorded } from '../fixtures/recorded.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

interface Reminder {
  readonly text: string;
}

const ran: { task: Task<Reminder>; attempt: number; workspace: string }[] = [];
const fired: { run: ScheduledRun; workspace: string }[] = [];
const sweeps: ScheduledRun[] = [];
let failing = 0;

@Injectable()
class Reminders {
  @OnPlaneEvent('workitem.updated')
  async schedule({ workItem }: PlaneEvent<'workitem.updated'>, { tasks }: PlaneContext): Promise<void> {
    await tasks.schedule(
      'remind',
      { text: 'from a handler' },
      { after: '2h', key: `of ${workItem.id}`, cancelOn: 'workitem.deleted' },
    );
  }

  @OnTask('remind', { retryLimit: 1, retryDelaySeconds: 0, backoff: false })
  async remind(task: Task<Reminder>, { delivery, workspace, logger }: PlaneContext): Promise<void> {
    ran.push({ task, attempt: delivery.attempt, workspace: workspace.slug });
    logger.info('reminding');
    if (task.data.text === 'never') throw new DoNotRetry('it cannot be');
    if (failing > 0) {
      failing -= 1;
      throw new Error('not yet');
    }
  }

  @OnSchedule('0 8 1 1 *', { each: 'installation', timeZone: 'Europe/Berlin', spreadSeconds: 0 })
  digest(run: ScheduledRun, { workspace }: PlaneContext): void {
    fired.push({ run, workspace: workspace.slug });
  }

  @OnSchedule('0 3 1 1 *')
  sweep(run: ScheduledRun): void {
    sweeps.push(run);
  }
}

@Module({ providers: [Reminders] })
class RemindersModule {}

describe('tasks and schedules', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let replicas: INestApplicationContext[];
  let installation: Installation;

  const service = <T>(type: new (...args: never[]) => T, replica = 0): T =>
    (replicas[replica] as INestApplicationContext).get(type, { strict: false });
  const tasks = (): ReturnType<Tasks['forInstallation']> => service(Tasks).forInstallation(installation);
  const rowOf = (id: string) => service(TaskAdminService).require(id);
  /** All replicas at once, twice: a tick in progress may have read too early. */
  const tick = async (): Promise<void> => {
    for (const type of [ScheduleFiringService, DueTasksService, DueTasksService])
      await Promise.all(replicas.map((_, index) => service<{ run(): Promise<void> }>(type, index).run()));
  };
  const ended = async (id: string, state = 'handled') =>
    until(`the task to be ${state}`, async () => {
      const row = await rowOf(id);
      return row.state === state && row;
    });
  const deliver = async (name: string, workItemId: string, actor: string = randomUUID()): Promise<void> => {
    const given = recorded(name);
    const data = given['data'] && { ...given['data'], id: workItemId, updated_by_id: actor };
    const ids = { event_id: randomUUID(), delivery_id: randomUUID(), entity_id: workItemId };
    const payload = { ...given, ...ids, workspace_id: installation.workspaceId, ...(data ? { data } : {}) };
    const body = Buffer.from(JSON.stringify(payload));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    await service(DeliveriesService).store({ event, body, headers: {}, secretFingerprint: 'f' });
  };

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const modules = [
      PlaneModule,
      DispatchModule,
      TasksModule,
      TasksWorkerModule,
      TasksSchedulerModule,
      RemindersModule,
    ];
    replicas = await Promise.all([1, 2].map(() => serviceContext(database, simulator, modules)));
    installation = await botInstall(replicas[0] as INestApplicationContext, new SimulatorControl(simulator.url));
  });

  afterAll(async () => {
    for (const replica of replicas) await replica.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(() => {
    for (const list of [ran, fired, sweeps]) list.length = 0;
    failing = 0;
  });

  it('a task runs when it is due, once over two replicas, with its data and the context of its installation', async () => {
    const early = await tasks().schedule('remind', { text: 'early' }, { after: '2h' });
    const due = await tasks().schedule('remind', { text: 'now' }, { at: new Date(0), key: 'k', workItemId: 'w' });
    await tick();
    const row = await ended(due.id);
    expect(ran).toEqual([
      {
        task: { id: due.id, name: 'remind', data: { text: 'now' }, dueAt: new Date(0), key: 'k', workItemId: 'w' },
        attempt: 1,
        workspace: installation.workspaceSlug,
      },
    ]);
    expect(row.attempts).toEqual([expect.objectContaining({ attempt: 1, outcome: 'handled' })]);
    expect(row.log).toEqual([expect.objectContaining({ message: 'reminding' })]);
    expect(early.dueAt.getTime() - Date.now()).toBeGreaterThan(7_000_000);
    expect(await rowOf(early.id)).toMatchObject({ state: 'waiting', startedAt: null, endedAt: null });
  });

  it('a failed run is tried again; the last one is a dead letter, which is redriven', async () => {
    failing = 1;
    const retried = await tasks().schedule('remind', { text: 'retried' }, { after: 0 });
    await tick();
    expect((await ended(retried.id)).attempts.map(({ outcome }) => outcome)).toEqual(['failed', 'handled']);

    const given = await tasks().schedule('remind', { text: 'never' }, { after: 0 });
    await tick();
    expect((await ended(given.id, 'dead_lettered')).reason).toContain('it cannot be');
    const letters = service(DeadLettersService);
    const page = await letters.page({ handler: 'Reminders.remind' }, { limit: 10 });
    expect(page.letters).toEqual([expect.objectContaining({ data: { taskId: given.id } })]);
    await database.query(`UPDATE scheduled_tasks SET data = '{"text": "mended"}' WHERE id = $1`, [given.id]);
    await letters.redrive(page.letters);
    expect((await ended(given.id)).attempts).toHaveLength(2);
  });

  it('a key makes a task one: the last that is scheduled counts, also among two at the same time', async () => {
    await tasks().schedule('remind', { text: 'first' }, { after: '1d', key: 'one' });
    await Promise.all(
      [0, 1].flatMap((replica) =>
        [1, 2, 3].map((number) =>
          service(Tasks, replica)
            .forInstallation(installation.workspaceSlug)
            .schedule('remind', { text: `${number}` }, { after: '1d', key: 'one' }),
        ),
      ),
    );
    const last = await tasks().schedule('remind', { text: 'last' }, { after: '1d', key: 'one' });
    const waiting = await database.query(`SELECT id FROM scheduled_tasks WHERE key = 'one'`);
    expect(waiting).toEqual([{ id: last.id }]);
    expect(await tasks().cancel('one')).toBe(1);
    expect(await tasks().cancel('one')).toBe(0);
    await database.query(`UPDATE scheduled_tasks SET due_at = now() WHERE key = 'one'`);
    await tick();
    expect(await rowOf(last.id)).toMatchObject({ state: 'cancelled', reason: 'cancelled by its key' });
  });

  it('one that is in its queue already is cancelled too: its method does not run', async () => {
    const { id } = await tasks().schedule('remind', { text: 'queued' }, { after: 0, key: 'queued' });
    await database.query(`UPDATE scheduled_tasks SET state = 'queued' WHERE id = $1`, [id]);
    expect(await tasks().cancel('queued')).toBe(1);
    expect(await service(TasksRepository).begin(id)).toBeUndefined();
  });

  it('an event of its work item cancels it in the transaction that stores the webhook, unless the app caused it', async () => {
    const [one, other] = [randomUUID(), randomUUID()];
    const cancelOn = ['workitem.updated', 'workitem.deleted'] as const;
    const [task, untouched] = await Promise.all(
      [one, other].map((workItemId) =>
        tasks().schedule('remind', { text: 'c' }, { after: '1d', cancelOn, workItemId }),
      ),
    );
    await deliver('v2-workitem-updated', one, installation.botUserId);
    expect((await rowOf(task?.id ?? '')).state).toBe('waiting');
    await deliver('v2-workitem-deleted', one);
    expect(await rowOf(task?.id ?? '')).toMatchObject({ state: 'cancelled', reason: 'cancelled by workitem.deleted' });
    expect((await rowOf(untouched?.id ?? '')).state).toBe('waiting');
  });

  it('a handler schedules with its context; the work item of cancelOn is that of its event', async () => {
    const workItem = randomUUID();
    await deliver('v2-workitem-updated', workItem);
    const row = await until('the task', async () => {
      const [found] = await database.query<{ id: string }>('SELECT id FROM scheduled_tasks WHERE key = $1', [
        `of ${workItem}`,
      ]);
      return found;
    });
    await deliver('v2-workitem-deleted', workItem);
    expect(await rowOf(row.id)).toMatchObject({ state: 'cancelled', cancelOn: ['workitem.deleted'] });
  });

  it('a task whose method is not in this release waits, is reported, and blocks no other', async () => {
    const gone = await tasks().schedule('remind', { text: 'gone' }, { after: 0 });
    await database.query(`UPDATE scheduled_tasks SET name = 'removed' WHERE id = $1`, [gone.id]);
    const other = await tasks().schedule('remind', { text: 'other' }, { after: 0 });
    await tick();
    await ended(other.id);
    const admin = service(TaskAdminService);
    const { tasks: orphaned } = await admin.page({ orphaned: true }, { limit: 10 });
    expect(orphaned.map(({ id }) => id)).toEqual([gone.id]);
    await database.query(`UPDATE scheduled_tasks SET name = 'remind' WHERE id = $1`, [gone.id]);
    await tick();
    await ended(gone.id);
  });

  it('a schedule fires once over two replicas, and what was missed is one run', async () => {
    const before = await service(TaskAdminService).schedules();
    expect(before).toEqual([
      expect.objectContaining({ handler: 'Reminders.digest', each: 'installation', lastAt: null, orphaned: false }),
      expect.objectContaining({ handler: 'Reminders.sweep', each: 'app', timeZone: 'UTC' }),
    ]);
    expect(before[0]?.nextAt?.getTime()).toBeGreaterThan(Date.now());
    await tick();
    expect([fired, sweeps]).toEqual([[], []]);

    const missed = new Date(Date.now() - 3 * 86_400_000);
    await database.query('UPDATE schedules SET next_at = $1', [missed]);
    await tick();
    await until('both schedules', () => fired.length > 0 && sweeps.length > 0);
    await tick();
    expect(fired).toEqual([
      { run: { id: expect.any(String), scheduledAt: missed }, workspace: installation.workspaceSlug },
    ]);
    expect(sweeps).toEqual([{ id: expect.any(String), scheduledAt: missed }]);
    const after = await service(TaskAdminService).schedules();
    expect(after.map(({ lastAt }) => lastAt)).toEqual([missed, missed]);
    expect(after.every(({ nextAt }) => nextAt && nextAt.getTime() > Date.now())).toBe(true);
  });

  it('an occurrence replaces the run of the one before that has not started', async () => {
    const due = async (): Promise<void> => {
      await database.query(`UPDATE schedules SET next_at = now() WHERE handler = 'Reminders.sweep'`);
      await service(ScheduleFiringService).run();
    };
    await due();
    await due();
    const waiting = await database.query(
      `SELECT FROM scheduled_tasks WHERE name = 'schedule/Reminders.sweep' AND state = 'waiting'`,
    );
    expect(waiting).toHaveLength(1);
  });

  it('an ended task is deleted after its time; one that waits never is', async () => {
    const old = await tasks().schedule('remind', { text: 'old' }, { after: '365d', key: 'old' });
    await database.query(`UPDATE scheduled_tasks SET updated_at = now() - interval '400 days'`);
    await service(TasksRepository).deleteOld(604_800, 1_209_600, 1000);
    expect(await rowOf(old.id)).toMatchObject({ state: 'waiting' });
    expect(await database.query(`SELECT FROM scheduled_tasks WHERE state <> 'waiting'`)).toEqual([]);
  });

  it('an uninstall deletes the tasks of the installation', async () => {
    await tasks().schedule('remind', { text: 'gone' }, { after: '1h' });
    await service(InstallAppService).uninstall(installation);
    expect(await database.query('SELECT FROM scheduled_tasks WHERE installation_id = $1', [installation.id])).toEqual(
      [],
    );
    await expect(tasks().schedule('remind', {}, { after: 1 })).rejects.toThrow(
      'The app is not installed in the workspace',
    );
  });
});
