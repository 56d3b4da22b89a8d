import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { type RunningSimulator, startSimulator } from '../../src/simulator/simulator.js';
import { TokenStoreService } from '../../src/tokens/token-store.service.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { childEnvironment } from '../support/child-environment.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { startProcess } from '../support/start-process.js';

const INSTALLATIONS = FULL_SIZE ? 10_000 : 300;
/** What a day of 24 hours takes here. */
const DAY_SECONDS = FULL_SIZE ? 120 : 10;
const SCALE = 86_400 / DAY_SECONDS;
const DAYS = FULL_SIZE ? 3 : 2;
const OUTAGE_MS = (DAY_SECONDS / 24) * 1000;
const REPLICAS = 2;
/** With few tokens, a second's count varies by chance alone. */
const PEAK_TO_MEAN = FULL_SIZE ? 2 : 3;

describe(`${INSTALLATIONS} installations over ${DAYS} days of ${DAY_SECONDS} s, with an hour's outage`, () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  const replicas: Replica[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0, accessTokenSeconds: DAY_SECONDS });
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
        await store.put(
          { kind: 'bot', baseUrl: simulator.url, installationId: id },
          await oauth.mintBotToken(id),
        );
    };
    await Promise.all(Array.from({ length: 8 }, install));
  }

  const minted = async (): Promise<number> => (await plane.counts()).grants['client_credentials 200'] ?? 0;
  const asked = async (): Promise<number> =>
    Object.values((await plane.counts()).grants).reduce((sum, count) => sum + count, 0);

  it('find a live token at each call, ask Plane evenly, and renew no token twice', async () => {
    const rows = await database.query<{ id: string }>('SELECT installation_id AS id FROM tokens');
    const ids = rows.map(({ id }) => id);
    const before = await minted();
    for (let replica = 0; replica < REPLICAS; replica += 1)
      replicas.push(await Replica.start(database.url, simulator, ids));

    const perSecond: number[] = [];
    let last = await asked();
    let outageOver = Number.POSITIVE_INFINITY;
    for (let second = 1; second <= DAYS * DAY_SECONDS; second += 1) {
      await wait(1000);
      if (second === Math.floor(1.5 * DAY_SECONDS)) {
        await plane.post('/faults', { match: '/auth/o/token/', kind: 'status', status: 503 });
        await wait(OUTAGE_MS);
        await plane.clearFaults();
        outageOver = perSecond.length;
        last = await asked();
      }
      const now = await asked();
      perSecond.push(now - last);
      last = now;
    }
    const dead = await database.query<{ count: string }>(
      `SELECT count(*) FROM tokens WHERE state <> 'live' OR expires_at <= now()`,
    );
    const seen = await Promise.all(replicas.map((replica) => replica.finish()));

    const mean = perSecond.reduce((sum, count) => sum + count, 0) / perSecond.length;
    const [calm, after] = [perSecond.slice(0, outageOver), perSecond.slice(outageOver)];
    const written = await database.query<{ bumps: string }>('SELECT sum(version - 1) AS bumps FROM tokens');
    const renewals = (await minted()) - before;
    process.stdout.write(
      `${JSON.stringify({ seen, renewals, mean: Number(mean.toFixed(1)), peak: Math.max(...calm), peakAfterOutage: Math.max(...after) })}\n`,
    );
    for (const { calls, refused, failed } of seen) {
      expect(calls).toBeGreaterThan(DAYS * DAY_SECONDS);
      expect([refused, failed]).toEqual([0, 0]);
    }
    expect(dead).toEqual([{ count: '0' }]);
    expect(written).toEqual([{ bumps: String(renewals) }]);
    expect(Math.max(...calm)).toBeLessThanOrEqual(PEAK_TO_MEAN * mean);
    expect(Math.max(...after)).toBeLessThanOrEqual(PEAK_TO_MEAN * mean);
  });
});

interface Seen {
  readonly calls: number;
  readonly refused: number;
  readonly failed: number;
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
    const renewalsPerSecond = (0.9 * INSTALLATIONS) / DAY_SECONDS;
    const plan = { scale: SCALE, renewalsPerSecond, callsPerSecond: 20, installations };
    const child = startProcess([resolve('test/support/scaled-scheduler.mjs')], {
      ...childEnvironment(databaseUrl, simulator),
      // Whole seconds: an hour rounded down would be no margin at all on a short day.
      TOKEN_REFRESH_MARGIN_SECONDS: String(Math.ceil(3600 / SCALE)),
    });
    child.stderr.pipe(process.stderr);
    const lines = createInterface({ input: child.stdout });
    child.stdin.write(`${JSON.stringify(plan)}\n`);
    await once(lines, 'line');
    return new Replica(child, lines);
  }

  async finish(): Promise<Seen> {
    this.child.stdin?.write('stop\n');
    const [line] = (await once(this.lines, 'line')) as [string];
    await once(this.child, 'exit');
    return JSON.parse(line) as Seen;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }
}
