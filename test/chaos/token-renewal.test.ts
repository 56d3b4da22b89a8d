import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { childEnvironment } from '../support/child-environment.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { userGrant } from '../support/user-grant.js';
import { startProcess } from '../support/start-process.js';

const PROCESSES = FULL_SIZE ? 4 : 2;
const CALLERS = FULL_SIZE ? 500 : 200;
const USERS = Array.from({ length: 20 }, (_, index) => `user-${index}`);

interface Result {
  readonly answers: number;
  readonly distinct: readonly { readonly user: string; readonly token?: string; readonly error?: string }[];
}

describe(`${PROCESSES} processes with ${CALLERS} callers each`, () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    await plane.post('/installations');
    const context = await serviceContext(database, simulator, [PlaneModule, TokensModule]);
    for (const user of USERS)
      await context.get(TokensService).storeUser(user, await userGrant(context.get(PlaneOAuthService), simulator.url));
    await context.close();
  });

  afterAll(async () => {
    await simulator.close();
    await database.drop();
  });

  const refreshes = async (): Promise<number> => {
    const { grants } = await plane.state();
    return Object.entries(grants).reduce(
      (sum, [what, count]) => sum + (what.startsWith('refresh_token') ? count : 0),
      0,
    );
  };

  it('with 20 expired user tokens make 20 calls to Plane, and all callers get the same live token', async () => {
    await database.query(
      `UPDATE tokens SET obtained_at = now() - interval '2 days', expires_at = now() - interval '1 day', due_at = now() - interval '1 day'`,
    );
    const callers = await Promise.all(Array.from({ length: PROCESSES }, () => Callers.start(database.url, simulator)));
    const results = await Promise.all(callers.map((caller) => caller.go()));
    const distinct = results.flatMap((result) => result.distinct);
    expect(distinct.filter(({ error }) => error !== undefined)).toEqual([]);
    expect(results.map(({ answers }) => answers)).toEqual(Array(PROCESSES).fill(CALLERS));
    expect(new Set(distinct.map(({ user, token }) => `${user} ${token}`)).size).toBe(USERS.length);
    expect(await refreshes()).toBe(USERS.length);
    expect(await database.query(`SELECT FROM tokens WHERE state <> 'live' OR version <> 2`)).toEqual([]);
  });
});

/** One process of callers. */
class Callers {
  private constructor(
    private readonly child: ChildProcess,
    private readonly lines: Interface,
  ) {}

  static async start(databaseUrl: string, simulator: RunningSimulator): Promise<Callers> {
    const args = [resolve('test/support/token-callers.mjs'), USERS.join(','), String(CALLERS)];
    const child = startProcess(args, childEnvironment(databaseUrl, simulator));
    child.stderr.pipe(process.stderr);
    const lines = createInterface({ input: child.stdout });
    await once(lines, 'line');
    return new Callers(child, lines);
  }

  async go(): Promise<Result> {
    this.child.stdin?.write('go\n');
    const [line] = (await once(this.lines, 'line')) as [string];
    await once(this.child, 'exit');
    return JSON.parse(line) as Result;
  }
}
