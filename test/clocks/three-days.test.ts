import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { resolve } from 'node:path';
import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokenStoreService } from '../../src/tokens/token-store.service.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { childEnvironment } from '../support/child-environment.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { startProcess } from '../support/start-process.js';

const INSTALLATIONS = FULL_SIZE ? 10_000 : 200;
const DAYS = FULL_SIZE ? 3 : 2;
/** Shorter than any margin, as the schedule's own pauses are. */
const STEP_MINUTES = 10;
const STEPS_A_DAY = (24 * 60) / STEP_MINUTES;
const STEPS = DAYS * STEPS_A_DAY;
/** Plane is away from noon of the second day, for an hour; tokens are refreshed two before they expire. */
const OUTAGE_FROM = 1.5 * STEPS_A_DAY;
const OUTAGE_TO = OUTAGE_FROM + 60 / STEP_MINUTES;
const MARGIN_SECONDS = 7200;
/** Plane's requests are counted over two hours. */
const WINDOW = 120 / STEP_MINUTES;
const REPLICAS = 2;
const CALLS_A_STEP = 2;
/** A replica may take as many at once before it has to pause. */
const CONCURRENCY = 5;
const RENEWALS_PER_SECOND = FULL_SIZE ? 1000 : 100;
/** With few tokens, a window's count varies by chance alone. */
const PEAK_TO_MEAN = FULL_SIZE ? 2 : 3;

describe(`${INSTALLATIONS} installations over ${DAYS} days in steps of ${STEP_MINUTES} minutes, with an hour's outage`, () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  const replicas: Replica[] = [];
  /** That the time was moved so far. */
  let steps = 0;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulatorWithClock(() => steps * STEP_MINUTES * 60_000);
    plane = new SimulatorControl(simulator.url);
    await plane.post('/settings', { rateLimitPerMinute: 1_000_000 });
    const { installations } = await plane.post('/crowd', { count: INSTALLATIONS });
    const context = await serviceContext(database, simulator, [PlaneModule, TokensModule]);
    try {
      await installAll(context, installations as string[]);
    } finally {
      await context.close();
    }
  });

  afterAll(async () => {
    for (const replica of replicas) replica.kill();
    await simulator.close();
    await database.drop();
  });

  /** Our ids of installations are Plane's here. */
  async function installAll(context: INestApplicationContext, ids: readonly string[]): Promise<void> {
    await database.query(
      `INSERT INTO installations (id, base_url, installation_id, status, workspace_id, workspace_slug, workspace_name,
                                  bot_user_id, application_id, check_at)
       SELECT id::uuid, $2, id, 'installed', id, id, id, id, 'app', now() + interval '1 year' FROM unnest($1::text[]) AS id`,
      [ids, simulator.url],
    );
    const [oauth, store] = [context.get(PlaneOAuthService), context.get(TokenStoreService)];
    const left = [...ids];
    const install = async (): Promise<void> => {
      for (let id = left.pop(); id !== undefined; id = left.pop())
        await store.put({ kind: 'bot', baseUrl: simulator.url, installationId: id }, await oauth.mintBotToken(id));
    };
    await Promise.all(Array.from({ length: 8 }, install));
  }

  const minted = async (): Promise<number> => (await plane.counts()).grants['client_credentials 200'] ?? 0;
  const asked = async (): Promise<number> =>
    Object.values((await plane.counts()).grants).reduce((sum, count) => sum + count, 0);

  /** Moves the time: for Plane by its clock, and in the database, whose clock is real, by what is stored. */
  async function step(): Promise<void> {
    steps += 1;
    const passed = `interval '${STEP_MINUTES} minutes'`;
    await database.query(
      `UPDATE tokens SET obtained_at = obtained_at - ${passed}, expires_at = expires_at - ${passed},
                         due_at = due_at - ${passed}, next_attempt_at = next_attempt_at - ${passed}`,
    );
    const before = await asked();
    const seen = await Promise.all(replicas.map((replica) => replica.step()));
    const count = (await asked()) - before;
    perStep.push(count);
    answers.push(...seen.flatMap((each) => each.answers));
    const allowed = seen.map(({ ms }) => CONCURRENCY + CALLS_A_STEP + (ms / 1000) * RENEWALS_PER_SECOND);
    expect(count).toBeLessThanOrEqual(allowed.reduce((sum, each) => sum + each) + 1);
  }
  const perStep: number[] = [];
  const answers: (number | string)[] = [];

  const countTokens = async (condition: string): Promise<number> =>
    (await database.query(`SELECT FROM tokens WHERE ${condition}`)).length;

  /** What was asked in each window of these steps. */
  function windows(from: number, to: number): number[] {
    const sums: number[] = [];
    for (let start = from; start + WINDOW <= to; start += 1)
      sums.push(perStep.slice(start, start + WINDOW).reduce((sum, count) => sum + count));
    return sums;
  }

  it('have a live token at each call, spread refreshes evenly, and refresh no token twice', async () => {
    const rows = await database.query<{ id: string }>('SELECT installation_id AS id FROM tokens');
    const ids = rows.map(({ id }) => id);
    const before = await minted();
    const starts = Array.from({ length: REPLICAS }, () => Replica.start(database.url, simulator, ids));
    replicas.push(...(await Promise.all(starts)));

    let missed = 0;
    while (steps < STEPS) {
      if (steps === OUTAGE_FROM) await plane.post('/faults', { match: '/auth/o/token/', kind: 'status', status: 503 });
      if (steps === OUTAGE_TO) {
        missed = await countTokens('due_at <= now()');
        await plane.clearFaults();
      }
      await step();
    }

    const [calm, after] = [windows(0, OUTAGE_FROM), windows(OUTAGE_TO, STEPS)];
    const all = [...perStep.slice(0, OUTAGE_FROM), ...perStep.slice(OUTAGE_TO)];
    const mean = (WINDOW * all.reduce((sum, count) => sum + count)) / all.length;
    const written = await database.query<{ bumps: string }>('SELECT sum(version - 1) AS bumps FROM tokens');
    const renewals = (await minted()) - before;
    process.stdout.write(
      `${JSON.stringify({ renewals, missed, mean: Math.round(mean), peak: Math.max(...calm), peakAfterOutage: Math.max(...after) })}\n`,
    );
    expect(answers.filter((answer) => answer !== 200)).toEqual([]);
    expect(answers).toHaveLength(STEPS * REPLICAS * CALLS_A_STEP);
    expect(await countTokens(`state <> 'live' OR expires_at <= now()`)).toBe(0);
    expect(written).toEqual([{ bumps: String(renewals) }]);
    expect(renewals).toBeGreaterThanOrEqual((DAYS - 1) * INSTALLATIONS);
    expect(missed).toBeGreaterThan(0);
    expect(Math.max(...calm)).toBeLessThanOrEqual(PEAK_TO_MEAN * mean);
    expect(Math.max(...after)).toBeLessThanOrEqual(PEAK_TO_MEAN * mean + missed);
  });
});

/** A simulator whose tokens live by a clock that is so far ahead. */
async function startSimulatorWithClock(aheadMs: () => number): Promise<RunningSimulator> {
  const realNow = Date.now;
  Date.now = () => realNow() + aheadMs();
  try {
    return await startSimulator({ port: 0 });
  } finally {
    Date.now = realNow; // the simulator has taken the other
  }
}

/** What a replica saw in a step: how long its schedule took, and what Plane answered to its tokens. */
interface Seen {
  readonly ms: number;
  readonly answers: readonly (number | string)[];
}

/** One replica's process. */
class Replica {
  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: Interface,
  ) {}

  static async start(
    databaseUrl: string,
    simulator: RunningSimulator,
    installations: readonly string[],
  ): Promise<Replica> {
    const plan = JSON.stringify([installations, RENEWALS_PER_SECOND, CALLS_A_STEP]);
    const child = startProcess([resolve('test/support/stepped-scheduler.mjs')], {
      ...childEnvironment(databaseUrl, simulator),
      TOKEN_REFRESH_MARGIN_SECONDS: String(MARGIN_SECONDS),
    });
    child.stderr.pipe(process.stderr);
    child.stdin.write(`${plan}\n`);
    const lines = createInterface({ input: child.stdout });
    await once(lines, 'line');
    return new Replica(child, lines);
  }

  async step(): Promise<Seen> {
    const said = once(this.lines, 'line');
    this.child.stdin?.write('step\n');
    const [line] = (await said) as [string];
    return JSON.parse(line) as Seen;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
