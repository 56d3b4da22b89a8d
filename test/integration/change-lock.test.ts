import { type INestApplicationContext } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Actor } from '../../src/audit/actor.js';
import { Secret } from '../../src/common/secret.js';
import { HandlerOperations } from '../../src/operations/handler.operations.js';
import { OperationsModule } from '../../src/operations/operations.module.js';
import { PeopleOperations } from '../../src/operations/people.operations.js';
import { TokenOperations } from '../../src/operations/token.operations.js';
import { WebhookSecretOperations } from '../../src/operations/webhook-secret.operations.js';
import { HandlersModule } from '../../src/handlers/handlers.module.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { tokenId } from '../../src/tokens/token.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';

const ALICE: Actor = { kind: 'person', id: 'alice' };
const HANDLER = 'PingHandler.pong';
const USER = 'zoe';
const SUBJECT = 'someone';

/** A change that takes `If-Match`, and what shows whether it was made. */
type Change = (check: () => Promise<void>) => Promise<unknown>;

describe('a change with If-Match', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const modules = [PlaneModule, WebhooksModule, HandlersModule, OperationsModule];
    context = await serviceContext(database, simulator, modules);
    await botInstall(context, new SimulatorControl(simulator.url));
    const get = context.get(TokensService, { strict: false });
    await get.storeUser(USER, { accessToken: new Secret('access'), refreshToken: new Secret('refresh') });
    await database.query(`INSERT INTO people (issuer, subject) VALUES ('development', '${SUBJECT}')`);
    await context.get(WebhookSecretOperations).set(ALICE, 'sandbox', new Secret('first'), false);
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const token = (): string => tokenId({ kind: 'user', baseUrl: simulator.url, planeUserId: USER });
  const changes: readonly [string, Change][] = [
    ['pausing a handler', async (check) => context.get(HandlerOperations).pause(ALICE, HANDLER, 'why', check)],
    ['disabling a person', async (check) => context.get(PeopleOperations).disable(ALICE, SUBJECT, check)],
    ['revoking a token', async (check) => context.get(TokenOperations).revoke(ALICE, token(), check)],
    [
      'setting a webhook secret',
      async (check) => context.get(WebhookSecretOperations).set(ALICE, 'sandbox', new Secret('second'), false, check),
    ],
    [
      'removing webhook secrets',
      async (check) =>
        context.get(WebhookSecretOperations).remove(ALICE, 'sandbox', { previousAlone: false, force: false }, check),
    ],
  ];

  const state = async (): Promise<unknown> =>
    database.query(`
      SELECT (SELECT count(*)::int FROM handler_pauses) AS pauses,
             (SELECT count(*)::int FROM people WHERE disabled_at IS NOT NULL) AS disabled,
             (SELECT count(*)::int FROM tokens WHERE state = 'revoked') AS revoked,
             (SELECT string_agg(id::text, ' ') FROM webhook_secrets) AS secrets,
             (SELECT count(*)::int FROM audit_log WHERE outcome = 'done') AS audited`);

  it.each(changes)('%s: is not made once the lock that it was compared with is lost', async (_, change) => {
    const before = await state();
    const loseLock = async (): Promise<void> => {
      await database.query(
        `SELECT pg_terminate_backend(pid) FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND pid <> pg_backend_pid()`,
      );
    };
    await expect(change(loseLock)).rejects.toThrow();
    expect(await state()).toEqual(before);
  });

  describe('keeps others from changing what it compared', () => {
    afterEach(async () => {
      await database.query('RESET lock_timeout');
    });

    it.each<[string, number, string]>([
      ['a refresh', 2, `UPDATE tokens SET failures = 1 WHERE kind = 'user'`],
      ['a sign-in', 1, `UPDATE people SET name = 'other' WHERE subject = '${SUBJECT}'`],
    ])('%s waits', async (_, index, statement) => {
      const [, change] = changes[index] as [string, Change];
      await database.query(`SET lock_timeout = '100ms'`);
      const others = async (): Promise<void> => void (await database.query(statement));
      await expect(change(others)).rejects.toMatchObject({ code: '55P03' });
    });
  });
});
