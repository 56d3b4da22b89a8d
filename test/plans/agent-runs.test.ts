import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { AgentRunPagesRepository } from '../../src/agents/agent-run-pages.repository.js';
import { type AgentRunFilter } from '../../src/agents/agent-run-pages.js';
import { AgentsModule } from '../../src/agents/agents.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { serviceContext } from '../support/service-context.js';

const RUNS = FULL_SIZE ? 500_000 : 20_000;
/** Runs with an open turn: those of a busy minute. */
const OPEN = 200;
const WORKSPACES = 100;
const LIMIT = 50;
/** What a page may read of the tables and indexes: a small part of them. */
const MAX_BLOCKS = 3000;

/** The first is the oldest; its ids grow with the time. */
const ID = `(lpad(to_hex(n), 8, '0') || '-0000-7000-8000-000000000000')::uuid`;

const FILL_RUNS = `
  INSERT INTO agent_runs (id, workspace_id, run_id, status, work_item_id, ended_at)
  SELECT ${ID}, 'workspace ' || n % $2::int, 'run ' || n, 'completed', 'item ' || n, now()
  FROM generate_series(1, $1::int) AS n`;

/** Two turns each; the second of the newest runs is open. One run in a thousand has failed. */
const FILL_TURNS = `
  INSERT INTO agent_turns (id, run_id, prompt_id, position, delivery_id, handler, state, outcome, reference, received_at)
  SELECT gen_random_uuid(), ${ID}, 'prompt ' || n || '/' || k, k, gen_random_uuid(), 'Helper.answer',
         CASE WHEN open THEN 'running' ELSE 'closed' END,
         CASE WHEN open THEN NULL WHEN n % 1000 = 7 THEN 'failed' ELSE 'completed' END, 'reference ' || n || '/' || k, now()
  FROM generate_series(1, $1::int) AS n, generate_series(1, 2) AS k,
       LATERAL (SELECT k = 2 AND n > $1::int - $2::int AS open) AS of`;

const PAGES: readonly (readonly [name: string, filter: AgentRunFilter])[] = [
  ['all', {}],
  ['running', { state: 'running' }],
  ['parked, of which there are none', { state: 'parked' }],
  ['completed', { state: 'completed' }],
  ['failed, of which there are few', { state: 'failed' }],
  ['awaiting a reply, of which there are none', { state: 'awaiting' }],
  ['a workspace', { workspaceId: 'workspace 8' }],
  ['an agent', { handler: 'Helper.answer' }],
];

describe(`the list of ${RUNS} runs of an agent`, () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  const statements: { query: string; parameters: unknown[] }[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [AgentsModule]);
    await database.query(FILL_RUNS, [RUNS, WORKSPACES]);
    await database.query(FILL_TURNS, [RUNS, OPEN]);
    await database.query('VACUUM ANALYZE');
    context.get(DataSource).subscribers.push({
      beforeQuery: ({ query, parameters = [] }) => void statements.push({ query, parameters: parameters as unknown[] }),
    });
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const pages = (): AgentRunPagesRepository => context.get(AgentRunPagesRepository);

  /** The plans of what is asked meanwhile, and how many blocks they read together. */
  async function explain(ask: () => Promise<unknown>): Promise<{ plans: string; blocks: number }> {
    statements.length = 0;
    await ask();
    const plans: string[] = [];
    let blocks = 0;
    for (const { query, parameters } of statements) {
      const explained = `EXPLAIN (ANALYZE, BUFFERS, COSTS OFF, TIMING OFF, SUMMARY OFF) ${query}`;
      const lines = await database.query<{ 'QUERY PLAN': string }>(explained, parameters);
      const plan = lines.map((line) => line['QUERY PLAN']).join('\n');
      plans.push(plan.replace(/\nPlanning:[\s\S]*$/, ''));
      const [, hit = 0, read = 0] = /Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?/.exec(plan) ?? [];
      blocks += Number(hit) + Number(read);
    }
    return { plans: plans.join('\n'), blocks };
  }

  it.each(PAGES)('reads few rows of a page: %s', async (name, filter) => {
    const { plans, blocks } = await explain(() => pages().page(filter, { limit: LIMIT }));
    process.stdout.write(`${name}: ${blocks} blocks\n`);
    expect(plans).not.toMatch(/Seq Scan on agent_(runs|turns)/);
    expect(blocks).toBeLessThan(MAX_BLOCKS);
  });

  it.each([
    ["a run's id", 'run 77'],
    ["a work item's id", 'item 77'],
    ['a reference', 'reference 77/1'],
    ["a prompt's id", 'prompt 77/2'],
    ['what is nowhere', 'nothing'],
    ["Hangar's id", '0000004d-0000-7000-8000-000000000000'],
  ])('finds an old run by an index: %s', async (name, search) => {
    const { plans, blocks } = await explain(() => pages().page({ search }, { limit: LIMIT }));
    process.stdout.write(`${name}: ${blocks} blocks\n`);
    expect(plans).not.toMatch(/Seq Scan on agent_(runs|turns)/);
    expect(blocks).toBeLessThan(MAX_BLOCKS);
  });

  it('reads the numbers for metrics by the index of open turns', async () => {
    const { plans, blocks } = await explain(async () => {
      await pages().openRuns();
      await pages().oldestSilentSeconds();
      await pages().oldestUnacknowledgedSeconds();
    });
    expect(plans).toContain('agent_turns_open_idx');
    expect(plans).not.toContain('Seq Scan on agent_turns');
    expect(blocks).toBeLessThan(MAX_BLOCKS);
  });
});
