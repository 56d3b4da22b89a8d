import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

/** The columns that `src/queue/pgboss.sql.ts` and the migrations rely on, and their types. */
const COLUMNS = {
  job: {
    id: 'uuid',
    name: 'text',
    state: 'job_state',
    data: 'jsonb',
    created_on: 'timestamptz',
    start_after: 'timestamptz',
    retry_count: 'int4',
    retry_limit: 'int4',
    source_output: 'jsonb',
  },
  queue: { name: 'text', dead_letter: 'text' },
};
/** SQL compares them with `<`. */
const STATES = ['created', 'retry', 'active', 'completed', 'cancelled', 'failed'];

describe("pg-boss's tables", () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await database.drop();
  });

  it.each(['job', 'job_common', 'queue'] as const)('%s has the columns that Hangar’s SQL requires', async (table) => {
    const rows = await database.query<{ name: string; type: string }>(
      `SELECT column_name AS name, udt_name AS type FROM information_schema.columns
       WHERE table_schema = 'pgboss' AND table_name = $1`,
      [table],
    );
    const columns = Object.fromEntries(rows.map(({ name, type }) => [name, type]));
    expect(columns).toMatchObject(table === 'queue' ? COLUMNS.queue : COLUMNS.job);
  });

  it('have the job states in the order that Hangar’s SQL requires', async () => {
    const rows = await database.query<{ state: string }>(
      `SELECT unnest(enum_range(NULL::pgboss.job_state))::text AS state`,
    );
    expect(rows.map(({ state }) => state)).toEqual(STATES);
  });

  it('store the jobs of a queue without a partition in job_common', async () => {
    const partitions = await database.query<{ name: string }>(
      `SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'pgboss.job'::regclass`,
    );
    expect(partitions).toContainEqual({ name: 'pgboss.job_common' });
  });

  it('find a job by its queue and id', async () => {
    const [key] = await database.query<{ definition: string }>(
      `SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint
       WHERE conrelid = 'pgboss.job_common'::regclass AND contype = 'p'`,
    );
    expect(key?.definition).toBe('PRIMARY KEY (name, id)');
  });
});
