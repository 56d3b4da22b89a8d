import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { FULL_SIZE } from '../support/full-size.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { serviceContext, TEST_KEYS } from '../support/service-context.js';
import { until } from '../support/until.js';
import { userGrant } from '../support/user-grant.js';
import { startProcess } from '../support/start-process.js';

const TIMES = FULL_SIZE ? 50 : 2;
const POINTS = [
  'before the journal',
  'after the journal',
  'during the call',
  "after Plane's answer",
  'before the commit',
  'after the commit',
];
const MINUTE_MS = 60_000;

interface Kill {
  readonly user: string;
  readonly point: string;
  readonly at: number;
  /** Plane replaced the refresh token before the process died. */
  readonly rotated: boolean;
}

describe(`renewals killed ${TIMES} times at each of ${POINTS.length} points`, () => {
  let together: HangarWithSimulator;
  const users = POINTS.flatMap((point) => Array.from({ length: TIMES }, (_, index) => `${point} ${index}`));

  beforeAll(async () => {
    together = await HangarWithSimulator.start({
      environment: { HANGAR_ROLES: 'scheduler', HANGAR_ENCRYPTION_KEYS: TEST_KEYS },
      simulator: { redirectUris: ['http://localhost:3000/oauth/callback'] },
    });
    await together.plane.post('/installations');
    const modules = [PlaneModule, TokensModule];
    const context = await serviceContext(together.database, together.simulator, modules);
    try {
      const [oauth, tokens] = [context.get(PlaneOAuthService), context.get(TokensService)];
      for (const user of users) await tokens.storeUser(user, await userGrant(oauth, together.simulator.url));
    } finally {
      await context.close();
    }
    await together.database.query(`UPDATE tokens SET due_at = expires_at`);
  });

  afterAll(async () => {
    process.kill(together.hangar.pid, 'SIGCONT');
    await together.stop();
  });

  const rotations = async (): Promise<number> =>
    (await together.plane.state()).grants['refresh_token 200'] ?? 0;

  /** The schedule takes up earlier victims; it stands still while one is watched, so that counts are its own. */
  async function kill(user: string, point: string): Promise<Kill> {
    const args = [resolve('test/support/killed-renewal.mjs'), user, point];
    const child = startProcess(args, together.environment);
    child.stderr.pipe(process.stderr);
    await once(createInterface({ input: child.stdout }), 'line');
    process.kill(together.hangar.pid, 'SIGSTOP');
    await idle();
    const before = await rotations();
    child.stdin.write('go\n');
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    const at = Date.now();
    expect([point, signal]).toEqual([point, 'SIGKILL']);
    await idle();
    const rotated = (await rotations()) > before;
    process.kill(together.hangar.pid, 'SIGCONT');
    return { user, point, at, rotated };
  }

  /** Plane may still be at work on what a process asked that stands still or is dead. */
  const idle = (): Promise<unknown> =>
    until('Plane to be idle', async () => (await together.plane.counts()).underWay === 0);

  /** Those of the dead, instead of half a minute's waiting; what the server took up itself is younger. */
  const letLeasesRunOut = (): Promise<unknown> =>
    together.database.query(
      `UPDATE tokens SET lease_until = now() WHERE lease_until < now() + interval '28 seconds'`,
    );

  it('leave every token live, but where Plane replaced it and its answer reached no disk', async () => {
    const kills: Kill[] = [];
    const marked = new Map<string, number>();
    const watch = async (): Promise<void> => {
      const rows = await together.database.query<{ name: string }>(
        `SELECT plane_user_id AS name FROM tokens WHERE state = 'needs_consent'`,
      );
      for (const { name } of rows) if (!marked.has(name)) marked.set(name, Date.now());
    };
    const watching = setInterval(() => void watch().catch(() => undefined), 250);
    const inTurn = Array.from({ length: TIMES }, (_, index) =>
      POINTS.map((point) => ({ point, index })),
    ).flat();
    for (const { point, index } of inTurn.toSorted(() => Math.random() - 0.5))
      kills.push(await kill(`${point} ${index}`, point));
    const lost = kills.filter(({ rotated, point }) => rotated && point !== 'after the commit');
    await until('every interrupted renewal to be taken up', async () => {
      if (!FULL_SIZE) await letLeasesRunOut();
      return (await together.database.query('SELECT FROM tokens WHERE in_flight')).length === 0;
    });
    await watch();
    clearInterval(watching);

    const report = POINTS.map((point) => {
      const of = kills.filter((each) => each.point === point);
      const consent = of.filter(({ user }) => marked.has(user)).length;
      return `${point}: ${of.length} killed, ${of.filter(({ rotated }) => rotated).length} replaced by Plane, ${consent} need consent`;
    });
    process.stdout.write(`${report.join('\n')}\n`);
    expect([...marked.keys()].toSorted()).toEqual(lost.map(({ user }) => user).toSorted());
    for (const { user, at } of lost) expect((marked.get(user) ?? Infinity) - at).toBeLessThan(MINUTE_MS);
    expect(lost.length).toBeGreaterThanOrEqual(2 * TIMES);

    const reasons = await together.database.query<{ last_error: string }>(
      `SELECT DISTINCT last_error FROM tokens WHERE state = 'needs_consent'`,
    );
    for (const { last_error } of reasons) expect(last_error).toMatch(/answer was lost/);
  });
});
