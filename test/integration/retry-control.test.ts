import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type PlaneClient } from '@makeplane/plane-node-sdk';
import { DataSource } from 'typeorm';
import { DoNotRetry, type DomainError, OnPlaneEvent, type PlaneContext, type PlaneEvent, RetryLater } from 'hangar';
import { LinksService } from '../../src/identity/people/links.service.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { PlaneOAuthService } from '../../src/plane/plane-oauth.service.js';
import { CRASH_RETRIES } from '../../src/queue/leased-job.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { TokensService } from '../../src/tokens/tokens.service.js';
import { DeliveriesModule } from '../../src/webhooks/deliveries/deliveries.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { pingWebhook } from '../support/hangar-with-simulator.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';
import { userGrant } from '../support/user-grant.js';

let behaviour: (context: PlaneContext) => unknown = () => undefined;
const attempts: number[] = [];

@Injectable()
class Controlled {
  @OnPlaneEvent('workitem.comment.created', { retryLimit: 2, retryDelaySeconds: 0, backoff: false })
  async run(_event: PlaneEvent<'workitem.comment.created'>, context: PlaneContext): Promise<void> {
    attempts.push(context.delivery.attempt);
    await behaviour(context);
  }
}

@Module({ providers: [Controlled] })
class ControlledModule {}

describe('a handler controls the retries of its event', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let plane: SimulatorControl;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    plane = new SimulatorControl(simulator.url);
    const modules = [PlaneModule, TokensModule, WebhooksModule, DeliveriesModule, DispatchModule, ControlledModule];
    context = await serviceContext(database, simulator, modules);
    await botInstall(context, plane);
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(async () => {
    attempts.length = 0;
    await plane.clearFaults();
    await database.query('DELETE FROM pgboss.job');
    await database.query('DELETE FROM parked_jobs');
  });

  async function deliver(): Promise<string> {
    const body = Buffer.from(pingWebhook('v2'));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    const delivery = { event, body, headers: {}, secretFingerprint: randomUUID().slice(0, 8) };
    return (await context.get(DeliveriesService).store(delivery)).id;
  }

  /** Makes the delayed job due. */
  const dueNow = (): Promise<unknown> =>
    until('the job to be delayed', async () => {
      const due = `UPDATE pgboss.job SET start_after = now() WHERE state < 'active' AND start_after > now() RETURNING id`;
      return (await database.query(due)).length > 0;
    });
  const letters = (): Promise<{ text: string }[]> =>
    database.query(`SELECT source_output::text AS text FROM pgboss.job WHERE name = 'Controlled.run.dead-letter'`);
  const ran = (times: number): Promise<unknown> => until(`${times} runs`, () => attempts.length === times);

  it('with RetryLater, which uses up no attempt', async () => {
    let runs = 0;
    behaviour = () => {
      runs += 1;
      if (runs <= 5) throw new RetryLater(runs === 3 ? 600 : 0);
    };
    await deliver();
    await ran(3);
    await dueNow();
    await ran(6);
    expect(attempts).toEqual([1, 1, 1, 1, 1, 1]);
    expect(await letters()).toEqual([]);
  });

  it('with RetryLater, after which earlier failed attempts still count', async () => {
    const errors = [new Error('once'), new RetryLater(0), new Error('twice'), new Error('thrice'), new Error('never')];
    behaviour = () => {
      throw errors[attempts.length - 1] as Error;
    };
    await deliver();
    await until('the dead letter', async () => (await letters()).length === 1);
    expect(attempts).toEqual([1, 2, 2, 3]);
    expect((await letters())[0]?.text).toContain('thrice');
  });

  it('with DoNotRetry, which dead-letters it at once', async () => {
    behaviour = () => {
      throw new DoNotRetry('there is no such label');
    };
    await deliver();
    const [letter] = await until('the dead letter', async () => {
      const found = await letters();
      return found.length > 0 && found;
    });
    expect(attempts).toEqual([1]);
    expect(letter?.text).toContain('there is no such label');
  });

  it('by a 429 of Plane, which delays it until the rate limit resets', async () => {
    await plane.post('/faults', {
      match: '/api/v1/',
      kind: 'status',
      status: 429,
      retryAfterSeconds: 40,
      times: 1,
    });
    behaviour = async ({ plane: client }) => client.users.me();
    const [{ before } = {}] = await database.query<{ before: string }>('SELECT now()::text AS before');
    await deliver();
    await ran(1);
    const [job] = await until('the job to be delayed', async () => {
      const found = await database.query<{ late: boolean; limit: number }>(
        `SELECT start_after >= $1::timestamptz + interval '40 seconds' AS late, retry_limit AS limit
         FROM pgboss.job WHERE name = 'Controlled.run' AND state = 'created' AND start_after > now()`,
        [before],
      );
      return found.length > 0 && found;
    });
    expect(job).toEqual({ late: true, limit: 2 + CRASH_RETRIES });
  });

  it('and its log lines and reasons are stored, whatever characters they contain', async () => {
    behaviour = ({ logger }) => {
      logger.warn('nul \0 and half \ud800', { text: 'a\0b', error: new Error('why'), big: 1n });
      logger.info('looked up', { text: 'a\0b', error: new Error('why') });
      throw new DoNotRetry('no \0 more');
    };
    await deliver();
    const [outcome] = await until('the outcome', async () => {
      const rows = await database.query<{ state: string; log: object[]; attempts: object[] }>(
        `SELECT * FROM delivery_outcomes WHERE state = 'dead_lettered' AND attempts::text LIKE '%no  more%'`,
      );
      return rows.length > 0 && rows;
    });
    expect(outcome?.attempts).toMatchObject([
      { attempt: 1, outcome: 'dead_lettered', reason: 'dead-lettered by the handler: no  more' },
    ]);
    expect(outcome?.log).toMatchObject([
      { level: 'warn', message: 'nul  and half \ufffd' },
      { level: 'info', message: 'looked up', fields: { text: 'ab', error: 'why' } },
    ]);
  });

  it('by a missing consent, which parks it until the user consents', async () => {
    behaviour = async ({ planeAs }) => planeAs('zoe').users.me();
    await deliver();
    await until('the job to be parked', async () => {
      const [row] = await database.query<{ awaits: string }>('SELECT awaits FROM parked_jobs');
      return row?.awaits === 'consent:zoe';
    });
    expect(attempts).toEqual([1]);
    const grant = await userGrant(context.get(PlaneOAuthService), simulator.url);
    await context.get(TokensService).storeUser('zoe', grant);
    await ran(2);
    expect(await database.query('SELECT FROM parked_jobs')).toEqual([]);
    expect(await letters()).toEqual([]);
  });

  it('by a missing consent of a subject, which parks it until they link a Plane user', async () => {
    const users: unknown[] = [];
    behaviour = async ({ planeAsSubject }) => users.push(await planeAsSubject('subject-1').users.me());
    await deliver();
    await until('the job to be parked', async () => {
      const [row] = await database.query<{ awaits: string }>('SELECT awaits FROM parked_jobs');
      return row?.awaits === 'link:subject-1';
    });
    const grant = await userGrant(context.get(PlaneOAuthService), simulator.url);
    await context.get(TokensService).storeUser('zoe', grant);
    expect(await database.query('SELECT FROM parked_jobs')).toHaveLength(1);
    const links = context.get(LinksService, { strict: false });
    await links.add({ issuer: 'development', subject: 'subject-1' }, 'zoe');
    await ran(2);
    await until('the answer of Plane', () => users.length > 0);
    expect(users).toEqual([expect.objectContaining({ id: expect.any(String) })]);
    await links.unlink('subject-1', 'zoe', context.get(DataSource).manager);
    expect(await context.get(TokensService).hasConsented('zoe')).toBe(false);
  });

  describe('whom it may act as', () => {
    const awaited = (): Promise<string> =>
      until('the job to be parked', async () => {
        const [row] = await database.query<{ awaits: string }>('SELECT awaits FROM parked_jobs');
        return row?.awaits;
      });

    it('a subject that equals the id of a Plane user is not that user, nor the other way round', async () => {
      const grant = await userGrant(context.get(PlaneOAuthService), simulator.url);
      await context.get(TokensService).storeUser('mika', grant);
      const links = context.get(LinksService, { strict: false });
      await links.add({ issuer: 'development', subject: 'subject-2' }, 'mika');
      behaviour = async ({ planeAsSubject }) => planeAsSubject('mika').users.me();
      await deliver();
      expect(await awaited()).toBe('link:mika');
      await database.query('DELETE FROM parked_jobs');
      behaviour = async ({ planeAs }) => planeAs('subject-2').users.me();
      await deliver();
      expect(await awaited()).toBe('consent:subject-2');
      await links.unlink('subject-2', 'mika', context.get(DataSource).manager);
    });

    it('a user to whom Plane does not show the app in the workspace of the event is refused', async () => {
      const oauth = context.get(PlaneOAuthService);
      await context.get(TokensService).storeUser('stranger', await userGrant(oauth, simulator.url));
      const shown = jest.spyOn(oauth, 'readInstallation').mockResolvedValue(undefined);
      behaviour = async ({ planeAs }) => {
        await planeAs('stranger')
          .users.me()
          .catch((error: unknown) => {
            throw new DoNotRetry((error as DomainError).code);
          });
      };
      await deliver();
      const [letter] = await until('the dead letter', async () => {
        const found = await letters();
        return found.length > 0 && found;
      });
      shown.mockRestore();
      expect(letter?.text).toContain('plane_user_elsewhere');
    });

    it.each<[string, (context: PlaneContext) => PlaneClient, string]>([
      ['a user', ({ planeAs }) => planeAs('no\0body\ud800'), 'plane_user_elsewhere'],
      ['a subject', ({ planeAsSubject }) => planeAsSubject('no\0body\ud800'), 'subject_unusable'],
    ])('a text that cannot name %s is refused, and nothing waits for it', async (_, client, code) => {
      behaviour = async (given) => {
        await client(given)
          .users.me()
          .catch((error: unknown) => {
            throw new DoNotRetry((error as DomainError).code);
          });
      };
      await deliver();
      await until('the dead letter', async () => (await letters()).some(({ text }) => text.includes(code)));
      expect(await database.query('SELECT FROM parked_jobs')).toEqual([]);
    });
  });
});
