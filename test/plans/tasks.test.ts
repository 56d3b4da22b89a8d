import { randomUUID } from 'node:crypto';
import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type EntityManager } from 'typeorm';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TasksModule } from '../../src/tasks/tasks.module.js';
import { TasksRepository } from '../../src/tasks/tasks.repository.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const ROWS = 50_000;
const DUE = 300;
const BATCH = 100;

/** What is used here of a step of a plan as PostgreSQL explains it. */
interface Step {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly Plans?: readonly Step[];
}

describe(`of ${ROWS} tasks, ${DUE} of them due and as many orphaned`, () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  let tasks: TasksRepository;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [TasksModule]);
    tasks = context.get(TasksRepository);
    await database.query(
      `INSERT INTO scheduled_tasks (id, name, workspace_id, data, state, due_at, entity_id, cancel_on)
       SELECT gen_random_uuid(), CASE WHEN n % 3 = 0 AND n <= 2 * $2::int THEN 'removed' ELSE 'remind' END, 'w' || n % 100, '{}',
              CASE WHEN n % 2 = 0 AND n > 2 * $2::int THEN 'handled' ELSE 'waiting' END,
              now() + (n - 2 * $2::int) * interval '1 minute', 'e' || n % 1000, ARRAY['workitem.deleted']
       FROM generate_series(1, $1::int) AS n`,
      [ROWS, DUE],
    );
    await database.query('ANALYZE scheduled_tasks');
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  /** The steps of the statement that the repository sends. */
  async function stepsOf(use: (transaction: EntityManager) => Promise<unknown>): Promise<Step[]> {
    const sent: [sql: string, values: unknown[]][] = [];
    const query = async (...statement: [string, unknown[]]): Promise<unknown> => {
      sent.push(statement);
      return [[], 0];
    };
    await use({ query } as unknown as EntityManager);
    const [sql = '', values = []] = sent[0] ?? [];
    const [found] = await database.query<{ 'QUERY PLAN': [{ Plan: Step }] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
      values,
    );
    return found ? flat(found['QUERY PLAN'][0].Plan) : [];
  }

  it('those that are due are moved in batches, along their index; orphaned ones are not read', async () => {
    const steps = await stepsOf((transaction) => tasks.moveDue(transaction, ['remind', 'other'], BATCH));
    expect(steps.filter(isTableScan)).toEqual([]);
    const read = steps.find((step) => step['Index Name'] === 'scheduled_tasks_due_idx');
    expect(read?.['Actual Rows']).toBeLessThanOrEqual(BATCH);
    expect(read?.['Actual Rows']).toBeGreaterThan(0);
  });

  it('those that an event cancels are found along the index of entities', async () => {
    const event = { workspaceId: 'w7', entityId: 'e7', name: 'workitem.deleted', actorId: randomUUID() };
    const steps = await stepsOf((transaction) => tasks.cancelByEvents(transaction, [event]));
    expect(steps.filter(isTableScan)).toEqual([]);
    expect(steps.map((step) => step['Index Name'])).toContain('scheduled_tasks_entity_idx');
  });
});

function isTableScan(step: Step): boolean {
  return step['Node Type'] === 'Seq Scan' && step['Relation Name'] === 'scheduled_tasks';
}

function flat(step: Step): Step[] {
  return [step, ...(step.Plans ?? []).flatMap(flat)];
}
