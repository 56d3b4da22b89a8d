import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensRepository } from '../../src/tokens/tokens.repository.js';
import { CLAIM_DUE } from '../../src/tokens/tokens.sql.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

const ROWS = 20_000;
const DUE = 200;
const CLAIMS = 20;
const BATCH = 5;

/** What is used here of a step of a plan as PostgreSQL explains it. */
interface Step {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Step[];
}

describe(`a claim among ${ROWS} tokens, ${DUE} of them due`, () => {
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
              now() + n * interval '1 second', now() + (n - $3) * interval '1 hour'
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

  it('reads only the due ones, with an index', async () => {
    const values = [String(BATCH), '0', `'${simulator.url}'`, `'default'`];
    const claim = CLAIM_DUE.replaceAll(/\$(\d)/g, (_, position: string) => values[Number(position) - 1] ?? '');
    const [found] = await database.query<{ 'QUERY PLAN': [{ Plan: Step }] }>(`EXPLAIN (ANALYZE, FORMAT JSON) ${claim}`);
    const steps = found ? stepsOf(found['QUERY PLAN'][0].Plan) : [];
    expect(steps.filter((step) => step['Node Type'] === 'Seq Scan')).toEqual([]);
    const read = steps.find((step) => step['Index Name'] === 'tokens_due_idx');
    expect([read?.['Actual Rows'], read?.['Rows Removed by Filter'] ?? 0]).toEqual([DUE, 0]);
  });

  it('claims those that expire first', async () => {
    const repository = context.get(TokensRepository);
    const claimed: string[] = [];
    for (let claim = 0; claim < CLAIMS; claim += 1) {
      const rows = await repository.claimDue(BATCH, 3600, { id: 'default', baseUrl: simulator.url });
      claimed.push(...rows.map(({ planeUserId }) => planeUserId ?? ''));
    }
    expect(claimed.map(Number).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: CLAIMS * BATCH }, (_, index) => index + 1),
    );
  });
});

function stepsOf(step: Step): Step[] {
  return [step, ...(step.Plans ?? []).flatMap(stepsOf)];
}
