import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningSimulator, startSimulator } from '../../src/simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensRepository } from '../../src/tokens/tokens.repository.js';
import { CLAIM_DUE } from '../../src/tokens/tokens.sql.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const ROWS = 100_000;
const DUE = 1000;
const CLAIMS = 100;
const BATCH = 5;
const MEDIAN_MS = 10;

describe(`a claim among ${ROWS} tokens of which ${DUE} are due`, () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [TokensModule]);
    await database.query(
      `INSERT INTO tokens (id, kind, base_url, plane_user_id, access_token, refresh_token, obtained_at, expires_at, due_at)
       SELECT gen_random_uuid(), 'user', $1, n, repeat('x', 250), repeat('x', 250), now(),
              now() + n * interval '1 second', now() + (n - $3) * interval '1 second'
       FROM generate_series(1, $2::int) AS n`,
      [simulator.url, ROWS, DUE],
    );
    await database.query('ANALYZE tokens');
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  it('reads the due ones by an index, and nothing else', async () => {
    const plan = await database.query<{ 'QUERY PLAN': string }>(
      `EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ${CLAIM_DUE.replace('$1', String(BATCH)).replace('$2', '0')}`,
    );
    const text = plan.map((line) => line['QUERY PLAN']).join('\n');
    expect(text).toMatch(/Index Scan using tokens_due_idx on tokens/);
    expect(text).not.toMatch(/Seq Scan/);
  });

  it(`takes the soonest to expire, in under ${MEDIAN_MS} ms at the median`, async () => {
    const repository = context.get(TokensRepository);
    const times: number[] = [];
    const claimed: string[] = [];
    for (let claim = 0; claim < CLAIMS; claim += 1) {
      const before = performance.now();
      const rows = await repository.claimDue(BATCH, 60);
      times.push(performance.now() - before);
      claimed.push(...rows.map(({ planeUserId }) => planeUserId ?? ''));
    }
    const median = times.toSorted((a, b) => a - b)[CLAIMS / 2] ?? Infinity;
    process.stdout.write(`a claim of ${BATCH} among ${ROWS}: ${median.toFixed(2)} ms at the median\n`);
    expect(claimed.map(Number).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: CLAIMS * BATCH }, (_, index) => index + 1),
    );
    expect(median).toBeLessThan(MEDIAN_MS);
  });
});
