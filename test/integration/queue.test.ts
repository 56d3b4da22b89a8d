import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { QueueModule } from '../../src/queue/queue.module.js';
import { type RunResult } from '../../src/queue/queue.js';
import { QueueService } from '../../src/queue/queue.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { until } from '../support/until.js';

const SETTINGS = {
  retryLimit: 0,
  retryDelaySeconds: 0,
  backoff: false,
  timeoutSeconds: 600,
  keepSeconds: 3600,
};

const unreadable = (): never => {
  throw new Error('unreadable');
};

describe('a queue', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  let queue: QueueService;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [QueueModule]);
    queue = context.get(QueueService);
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const enqueue = (name: string, data: object): Promise<void> =>
    context.get(DataSource).transaction((transaction) => queue.enqueue(transaction, name, [{ data }]));
  const deadLetters = (name: string): Promise<{ data: unknown; text: string }[]> =>
    database.query('SELECT data, source_output::text AS text FROM pgboss.job WHERE name = $1', [`${name}.dead-letter`]);

  it('contains a job only if the transaction that added it commits', async () => {
    await queue.declare('atomic', SETTINGS);
    await enqueue('atomic', { kept: true });
    const rolledBack = context.get(DataSource).transaction(async (transaction) => {
      await queue.enqueue(transaction, 'atomic', [{ data: { kept: false } }]);
      throw new Error('rolled back');
    });
    await expect(rolledBack).rejects.toThrow('rolled back');
    expect(await database.query(`SELECT data FROM pgboss.job WHERE name = 'atomic'`)).toEqual([
      { data: { kept: true } },
    ]);
  });

  it('records the results that can be recorded, and repeats no other run', async () => {
    const name = 'recorded';
    const runs = new Map<unknown, number>();
    const recordedResults: unknown[] = [];
    await queue.declare(name, SETTINGS);
    let release = (): void => undefined;
    const all = new Promise<void>((resolve) => (release = resolve));
    const run = async ({ data }: { data: { index?: number } }): Promise<RunResult<number>> => {
      runs.set(data.index, (runs.get(data.index) ?? 0) + 1);
      if (runs.size === 10) release();
      await all;
      return { outcome: 'handled', record: data.index ?? 0 };
    };
    queue.work(name, { concurrency: 10 }, run, async (_transaction, records) => {
      if (records.includes(3)) throw Object.defineProperty(new Error(), 'message', { get: unreadable });
      if (records.includes(4)) throw undefined;
      recordedResults.push(...records);
    });
    for (let index = 0; index < 10; index += 1) await enqueue(name, { index });
    await until('all jobs to end', async () => {
      return (await database.query(`SELECT FROM pgboss.job WHERE name = $1`, [name])).length === 0;
    });
    expect(new Set(recordedResults)).toEqual(new Set([0, 1, 2, 5, 6, 7, 8, 9]));
    expect(new Set(runs.values())).toEqual(new Set([1]));
  });

  it.each([
    ['an error with properties', Object.assign(new Error('failed'), { config: { authorization: 'hush' } }), 'failed'],
    ['a text that PostgreSQL cannot store', new Error('nul \0 and half \ud800'), 'nul '],
    ['an object without a prototype', Object.create(null), 'a value without text'],
    ['undefined', undefined, 'undefined'],
    [
      'an error without a readable message',
      Object.defineProperty(new Error(), 'message', { get: unreadable }),
      'value',
    ],
    ['a very long text', new Error('x'.repeat(1_000_000)), 'xxx'],
  ])('dead-letters a job that fails with %s, and stores only the text of the error', async (title, thrown, text) => {
    const name = `failing.${title.replaceAll(' ', '_')}`;
    await queue.declare(name, SETTINGS);
    queue.work(name, { concurrency: 1 }, async () => {
      throw thrown;
    });
    await enqueue(name, { title });
    const [letter] = await until('the dead letter', async () => {
      const letters = await deadLetters(name);
      return letters.length > 0 && letters;
    });
    expect(letter?.data).toEqual({ title });
    expect(letter?.text).toContain(text);
    expect(letter?.text).not.toContain('hush');
    expect(letter?.text.length).toBeLessThan(10_000);
  });
});
