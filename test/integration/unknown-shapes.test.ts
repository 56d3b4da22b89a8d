import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OnPlaneEvent } from 'hangar';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { DeliveriesModule } from '../../src/webhooks/deliveries/deliveries.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { DeliveryReplayService } from '../../src/webhooks/deliveries/delivery-replay.service.js';
import { normaliseReceived } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { recorded } from '../fixtures/recorded.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';

@Injectable()
class Everything {
  @OnPlaneEvent('**')
  get(): void {
    // Its jobs are counted in the table; nothing runs them here.
  }
}

@Module({ providers: [Everything] })
class EverythingModule {}

describe('a webhook of an unknown shape', () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [WebhooksModule, DeliveriesModule, EverythingModule]);
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  const store = async (payload: object): Promise<string> => {
    const body = Buffer.from(JSON.stringify(payload));
    const event = normaliseReceived({ body, payload: parsePayload(body), receivedAt: new Date() });
    const delivery = { event, body, headers: {}, secretFingerprint: 'abcdef01' };
    return (await context.get(DeliveriesService, { strict: false }).store(delivery)).id;
  };
  const replay = async (id: string, dryRun = false): Promise<number> =>
    (await context.get(DeliveryReplayService, { strict: false }).replay({ id }, undefined, dryRun)).jobs;
  const jobs = async (id: string): Promise<number> =>
    (await database.query(`SELECT FROM pgboss.job WHERE data ->> 'deliveryId' = $1`, [id])).length;
  const columns = async (id: string): Promise<unknown> =>
    (await database.query('SELECT event_name, source, workspace_id FROM deliveries WHERE id = $1', [id]))[0];

  it('makes no job, when it is stored and when it is replayed too early', async () => {
    const id = await store({ ...recorded('v2-workitem-updated'), version: 'v2.1', event_id: randomUUID() });
    expect([await replay(id), await jobs(id)]).toEqual([0, 0]);
    expect(await columns(id)).toMatchObject({ event_name: 'unknown', source: 'unknown' });
  });

  it('is handled by a replay once a release knows the shape', async () => {
    const payload = { ...recorded('v2-workitem-updated'), event_id: randomUUID() };
    const id = await store({ ...payload, version: 'v2.1' });
    await database.query('UPDATE deliveries SET body = $2 WHERE id = $1', [id, Buffer.from(JSON.stringify(payload))]);
    expect([await replay(id, true), await jobs(id)]).toEqual([1, 0]);
    expect(await columns(id)).toMatchObject({ source: 'unknown' });
    expect([await replay(id), await jobs(id)]).toEqual([1, 1]);
    expect(await columns(id)).toEqual({
      event_name: 'workitem.updated',
      source: 'v2',
      workspace_id: (recorded('v2-workitem-updated') as { workspace_id: string }).workspace_id,
    });
  });
});
