import { once } from 'node:events';
import { createInterface } from 'node:readline';
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
import { HangarProcess } from '../support/hangar-process.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';
import { userGrant } from '../support/user-grant.js';
import { startProcess } from '../support/start-process.js';

const TIMES = FULL_SIZE ? 50 : 1;
const POINTS = [
  'before the journal',
  'after the journal',
  'during the call',
  "after Plane's answer",
  'before the commit',
  'after the commit',
];

interface Kill {
  readonly user: string;
  readonly point: string;
  /** Plane replaced the refresh token before the process died. */
  readonly rotated: boolean;
}

describe(`token refreshes killed ${TIMES} times at each of ${POINTS.length} points`, () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let scheduler: HangarProcess | undefined;
  const users = POINTS.flatMap((point) => Array.from({ length: TIMES }, (_, index) => `${point} ${index}`));

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    await plane.post('/installations');
    const context = await serviceContext(database, simulator, [PlaneModule, TokensModule]);
    try {
      const [oauth, tokens] = [context.get(PlaneOAuthService), context.get(TokensService)];
      for (const user of users) await tokens.storeUser(user, await userGrant(oauth, simulator.url));
    } finally {
      await context.close();
    }
    await database.query(`UPDATE tokens SET due_at = expires_at`);
  });

  afterAll(async () => {
    await scheduler?.end('SIGKILL');
    await simulator.close();
    await database.drop();
  });

  const rotations = async (): Promise<number> => (await plane.state()).grants['refresh_token 200'] ?? 0;

  async function kill(user: string, point: string): Promise<Kill> {
    const args = [resolve('test/support/killed-renewal.mjs'), user, point];
    const child = startProcess(args, childEnvironment(database.url, simulator));
    child.stderr.pipe(process.stderr);
    await once(createInterface({ input: child.stdout }), 'line');
    const before = await rotations();
    child.stdin.write('go\n');
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect([point, signal]).toEqual([point, 'SIGKILL']);
    // Plane may still be at work on what the dead asked.
    await until('Plane to be idle', async () => (await plane.counts()).underWay === 0);
    return { user, point, rotated: (await rotations()) > before };
  }

  /** The schedule takes up the victims, once their leases have run out. */
  async function takeUp(): Promise<void> {
    if (!FULL_SIZE) await database.query('UPDATE tokens SET lease_until = now() WHERE lease_until IS NOT NULL');
    const environment = childEnvironment(database.url, simulator);
    scheduler = await HangarProcess.start({ ...environment, HANGAR_ROLES: 'scheduler' });
    await until('every interrupted renewal to be taken up', async () => {
      const rows = await database.query('SELECT FROM tokens WHERE in_flight OR lease_until IS NOT NULL');
      return rows.length === 0;
    });
  }

  it('keep every token live, unless Plane rotated it and its response was not stored', async () => {
    const kills: Kill[] = [];
    const inTurn = Array.from({ length: TIMES }, (_, index) => POINTS.map((point) => ({ point, index }))).flat();
    for (const { point, index } of inTurn.toSorted(() => Math.random() - 0.5))
      kills.push(await kill(`${point} ${index}`, point));
    const lost = kills.filter(({ rotated, point }) => rotated && point !== 'after the commit');
    await takeUp();
    const marked = await database.query<{ name: string; error: string }>(
      `SELECT plane_user_id AS name, last_error AS error FROM tokens WHERE state = 'needs_consent'`,
    );
    const names = new Set(marked.map(({ name }) => name));

    const report = POINTS.map((point) => {
      const of = kills.filter((each) => each.point === point);
      const consent = of.filter(({ user }) => names.has(user)).length;
      return `${point}: ${of.length} killed, ${of.filter(({ rotated }) => rotated).length} replaced by Plane, ${consent} need consent`;
    });
    process.stdout.write(`${report.join('\n')}\n`);
    expect([...names].toSorted()).toEqual(lost.map(({ user }) => user).toSorted());
    for (const { error } of marked) expect(error).toMatch(/refresh was lost/);
    expect(lost.length).toBeGreaterThanOrEqual(2 * TIMES);
  });
});
