import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { OnPlaneEvent } from 'hangar';
import { DomainError } from '../../src/common/domain-error.js';
import { Secret } from '../../src/common/secret.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { DeliveriesModule } from '../../src/webhooks/deliveries/deliveries.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { storable } from '../../src/webhooks/deliveries/delivery-row.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { type PlaneEvent } from '../../src/webhooks/events/plane-event.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { WebhookReceiverService } from '../../src/webhooks/receiver/webhook-receiver.service.js';
import { ReceiverModule } from '../../src/webhooks/receiver/receiver.module.js';
import { recorded } from '../fixtures/recorded.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { serviceContext } from '../support/service-context.js';

const RUNS = FULL_SIZE ? 100_000 : 1000;
const AT_ONCE = 50;
const SECRET = 'plane_wh_property';

@Injectable()
class Everything {
  @OnPlaneEvent('**')
  any(): void {
    // Nothing runs here; a job is made for each event.
  }
}

@Module({ providers: [Everything] })
class EverythingModule {}

const fixtures = readdirSync('test/fixtures')
  .filter((name) => /^(v1|v2|agent)/.test(name))
  .map((name) => recorded(name.replace('.json', '')));

/** Values that have upset such software before. */
const odd = fc.constantFrom<unknown>(
  null,
  'None',
  '',
  0,
  -0,
  1e308,
  true,
  [],
  {},
  '\u0000',
  '\ud800',
  'x'.repeat(300),
  '__proto__',
  'WebhookScope.ScopeChoices.WORK_ITEM_UPDATED',
  'v2',
  'issue',
  'delete',
  [[[]]],
  { id: null },
);

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, child]) => pathsOf(child, [...path, key]))];
}

/** A copy with the value at the path replaced, or taken out. */
function mutated(value: unknown, [key, ...rest]: Path, by: unknown, remove: boolean): unknown {
  if (key === undefined) return by;
  const copy: Record<string | number, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as Record<string, unknown>) };
  const fields = copy as Record<string | number, unknown>;
  if (rest.length === 0 && remove) delete fields[key];
  else fields[key] = mutated(fields[key], rest, by, remove);
  return copy;
}

const mutation = fc.constantFrom(...fixtures).chain((fixture) => {
  const change = fc.record({
    path: fc.constantFrom(...pathsOf(fixture)),
    by: fc.oneof(odd, fc.jsonValue({ maxDepth: 3 })),
    remove: fc.boolean(),
  });
  return fc
    .array(change, { minLength: 1, maxLength: 4 })
    .map((changes) =>
      changes.reduce<unknown>((payload, { path, by, remove }) => applied(payload, path, by, remove), fixture),
    );
});

/** An earlier change may have taken away what a later one means. */
function applied(payload: unknown, path: Path, by: unknown, remove: boolean): unknown {
  try {
    return mutated(payload, path, by, remove);
  } catch {
    return payload;
  }
}

const cut = mutation.chain((payload) => {
  const bytes = Buffer.from(JSON.stringify(payload) ?? '');
  return fc.nat(bytes.length).map((length) => bytes.subarray(0, length));
});
const body = fc.oneof(
  { weight: 6, arbitrary: mutation.map((payload) => Buffer.from(JSON.stringify(payload) ?? '')) },
  { weight: 1, arbitrary: cut },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

describe(`${RUNS} generated webhooks`, () => {
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const modules = [ReceiverModule, DeliveriesModule, EverythingModule];
    context = await serviceContext(database, simulator, modules, undefined, {
      planeWebhookSecrets: [new Secret(SECRET)],
    });
  });

  afterAll(async () => {
    await context.close();
    await simulator.close();
    await database.drop();
  });

  it('are stored byte for byte or rejected with 400, and nothing else', async () => {
    const receiver = context.get(WebhookReceiverService);
    const deliveries = context.get(DeliveriesService);
    const count = { accepted: 0, duplicate: 0, refused: 0, handed: 0 };

    const receive = async (bytes: Buffer): Promise<void> => {
      const signature = createHmac('sha256', SECRET).update(bytes).digest('hex');
      try {
        const { answer } = await receiver.receive(bytes, { 'x-plane-signature': signature });
        const { status, id } = answer;
        count[status] += 1;
        if (status === 'duplicate') return;
        const row = await deliveries.require(id);
        if (row.source !== 'unknown') count.handed += 1;
        expect(row.body.equals(bytes)).toBe(true);
        const { name, workspaceId, source, agentRun, entityId: ofEvent } = event(bytes, row.receivedAt);
        const entityId = agentRun?.id ?? ofEvent; // prompts of a run are ordered by it
        const texts = { eventName: storable(name), workspaceId: storable(workspaceId) };
        expect(row).toMatchObject({ ...texts, source, entityId: storable(entityId) || null });
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        expect([error.status, bytes.toString()]).toEqual([400, bytes.toString()]);
        count.refused += 1;
      }
    };
    const event = (bytes: Buffer, receivedAt: Date): PlaneEvent =>
      normaliseDelivery({ body: bytes, payload: parsePayload(bytes), receivedAt });

    await fc.assert(
      fc.asyncProperty(fc.array(body, { minLength: AT_ONCE, maxLength: AT_ONCE }), async (bodies) => {
        await Promise.all(bodies.map(receive));
      }),
      { numRuns: RUNS / AT_ONCE, endOnFailure: true },
    );
    process.stdout.write(`${JSON.stringify(count)}\n`);
    expect(count.accepted).toBeGreaterThan(RUNS / 10);
    expect(count.refused).toBeGreaterThan(RUNS / 20);
    expect(await database.query('SELECT count(*)::int AS rows FROM deliveries')).toEqual([{ rows: count.accepted }]);
    expect(
      await database.query(
        `SELECT (SELECT count(*)::int FROM pgboss.job WHERE name = 'Everything.any') +
                (SELECT count(*)::int FROM delivery_outcomes WHERE state = 'folded') AS handed`,
      ),
    ).toEqual([{ handed: count.handed }]);
    expect(count.handed).toBeGreaterThan(RUNS / 10);
  });

  const NUL = '\0';
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    ['a field with NUL', {}, { field: NUL }],
    ['a field of 3,000 characters', {}, { field: 'x'.repeat(3000) }],
    ['an actor with NUL', {}, { field: 'priority', actor: { id: `a${NUL}` } }],
    ['members with NUL', { assignees: [NUL, NUL] }, { field: 'assignee_ids', old_value: [], new_value: [NUL] }],
    ['a time before Christ', { updated_at: '-271821-04-20T00:00:00Z' }, { field: 'state_id', old_value: 'a' }],
    ['a time of the year 275760', { updated_at: '+275760-09-13T00:00:00Z' }, { field: 'state_id', old_value: 'a' }],
  ])('a change of a work item with %s is stored', async (_, data, activity) => {
    const payload = recorded('v1-issue-updated-state_id');
    const bytes = Buffer.from(
      JSON.stringify({
        ...payload,
        webhook_id: 'w'.repeat(5000),
        data: { ...(payload['data'] as object), ...data },
        activity: { ...(payload['activity'] as object), ...activity },
      }),
    );
    const signature = createHmac('sha256', SECRET).update(bytes).digest('hex');
    const { answer } = await context.get(WebhookReceiverService).receive(bytes, { 'x-plane-signature': signature });
    expect(answer.status).toBe('accepted');
  });
});
