import { afterEach, describe, expect, it } from '@jest/globals';
import { hangarCommand } from '../support/cli.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { drainedQueue } from '../support/drained-queue.js';
import { FULL_SIZE } from '../support/full-size.js';
import { handledEvents, repeatedRuns } from '../support/recorded-runs.js';
import { type Replica } from '../support/replica.js';
import { Replicas } from '../support/replicas.js';
import { until } from '../support/until.js';
import { postWebhook, workItemWebhook } from '../support/webhook-load.js';

const EVENTS = FULL_SIZE ? 50 : 4;
/** At the least: until the other server has done its work. */
const BLOCK_SECONDS = FULL_SIZE ? 20 : 0;
/** Each event is tried twice. */
const FAILED = { failed: EVENTS, dead_lettered: EVENTS };

describe(`handlers that hang, throw undefined, block, reject late, or leak a rejection`, () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  async function start(): Promise<{ database: TestDatabase; replicas: Replicas }> {
    const database = await createTestDatabase();
    cleanups.unshift(() => database.drop());
    const replicas = await Replicas.start('misbehaving-server.mjs', database, database.url, {
      BLOCK_SECONDS: String(BLOCK_SECONDS),
    });
    cleanups.unshift(() => replicas.stop());
    return { database, replicas };
  }

  it('do not affect other handlers, and each outcome is recorded correctly', async () => {
    const { database, replicas } = await start();
    const blocking = await send(replicas.at(0), 'workitem.created');
    const isBlocked = (replica: Replica): boolean => replica.count('block') > 0;
    const blocked = await until('a server to be blocked', () => replicas.all.find(isBlocked));
    const other = replicas.at(blocked === replicas.at(0) ? 1 : 0);
    const sending = Array.from({ length: EVENTS }, () => send(other, 'workitem.updated'));
    const events = await Promise.all(sending);
    await until('the other to do all the good work', () => handlesAll(other, events));
    for (const replica of replicas.all) replica.release();
    await until('the end of the block', () => blocked.count('unblock') > 0);
    await drainedQueue(database);
    await until('the last late rejection', () => total(replicas, 'reject') === 2 * EVENTS);

    const { 'Good.run': good, ...booked } = await bookedRuns(replicas);
    expect(booked).toEqual({
      'Blocks.run': { handled: 1 },
      'Hangs.run': FAILED,
      'ThrowsUndefined.run': FAILED,
      'RejectsLate.run': FAILED,
      'Leaks.run': { handled: EVENTS },
    });
    expect(good?.['handled']).toBeGreaterThan(EVENTS);
    expect(repeatedRuns(replicas.runs()).filter(({ eventId }) => eventId !== blocking)).toEqual([]);
    expect(await deadLetterErrors(replicas)).toEqual({
      'Hangs.run': Array(EVENTS).fill(expect.stringContaining('2 s')),
      'ThrowsUndefined.run': Array(EVENTS).fill('undefined'),
      'RejectsLate.run': Array(EVENTS).fill(expect.stringContaining('1 s')),
    });
    const log = (): string => replicas.all.map((replica) => replica.log).join('');
    await until('the leaks in the log', () => log().split('unhandled promise rejection').length === EVENTS + 1);
    expect(log()).not.toContain('too late');
    for (const { url } of replicas.all) expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  });
});

async function send(replica: Replica, name: 'workitem.created' | 'workitem.updated'): Promise<string> {
  const { eventId, body } = workItemWebhook(name);
  expect(await postWebhook(replica.url, body)).toMatchObject({ status: 202 });
  return eventId;
}

function handlesAll(replica: Replica, events: readonly string[]): boolean {
  const handled = handledEvents(replica.runs());
  return events.every((event) => handled.has(event));
}

function total(replicas: Replicas, what: string): number {
  return replicas.all.reduce((sum, replica) => sum + replica.count(what), 0);
}

/** What the metrics of all servers count together: runs by handler and outcome. */
async function bookedRuns(replicas: Replicas): Promise<Record<string, Record<string, number>>> {
  const booked: Record<string, Record<string, number>> = {};
  for (const { metricsUrl } of replicas.all) {
    const text = await (await fetch(metricsUrl)).text();
    const lines = text.matchAll(/^hangar_handler_runs_total\{handler="(.+)",outcome="(.+)"\} ([1-9]\d*)$/gm);
    for (const [, handler = '', outcome = '', count] of lines) {
      const ofHandler = (booked[handler] ??= {});
      ofHandler[outcome] = (ofHandler[outcome] ?? 0) + Number(count);
    }
  }
  return booked;
}

/** What the command line lists as dead letters: the errors by handler. */
async function deadLetterErrors(replicas: Replicas): Promise<Record<string, string[]>> {
  const { stdout } = await hangarCommand(['dead-letters', 'list', '--json'], replicas.at(0).environment);
  const { deadLetters } = JSON.parse(stdout) as { deadLetters: { handler: string; error: string }[] };
  const byHandler = Map.groupBy(deadLetters, ({ handler }) => handler);
  return Object.fromEntries([...byHandler].map(([handler, of]) => [handler, of.map(({ error }) => error)]));
}
