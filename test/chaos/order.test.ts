import { type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OnPlaneEvent } from 'hangar';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { botInstall } from '../support/bot-install.js';
import { childEnvironment } from '../support/child-environment.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { FULL_SIZE } from '../support/full-size.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';
import { startProcess } from '../support/start-process.js';

const ITEMS = FULL_SIZE ? 200 : 12;
/** Enough for each kind of failure (`ordered-worker.mjs`). */
const UPDATES = FULL_SIZE ? 100 : 12;
const WORKERS = FULL_SIZE ? 4 : 2;

@Injectable()
class Ordered {
  @OnPlaneEvent('workitem.updated', { order: 'entity', retryLimit: 2, retryDelaySeconds: 1, backoff: false })
  run(): void {
    // Declared here for the receiver; test/support/ordered-worker.mjs runs it.
  }
}

@Module({ providers: [Ordered] })
class OrderedModule {}

type Line = [what: 'start' | 'end' | 'done', item: string, number: number];

describe(`${ITEMS} work items with ${UPDATES} updates each, shuffled, over ${WORKERS} workers`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'hangar-order-'));
  const file = join(folder, 'runs');
  const workers: ChildProcess[] = [];
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  let workspaceId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    context = await serviceContext(database, simulator, [PlaneModule, TokensModule, WebhooksModule, OrderedModule]);
    ({ workspaceId } = await botInstall(context, new SimulatorControl(simulator.url)));
    workers.push(...(await Promise.all(Array.from({ length: WORKERS }, startWorker))));
  });

  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL');
    await context.close();
    await simulator.close();
    await database.drop();
    rmSync(folder, { recursive: true });
  });

  async function startWorker(): Promise<ChildProcess> {
    const args = [resolve('test/support/ordered-worker.mjs'), file];
    const worker = startProcess(args, childEnvironment(database.url, simulator));
    worker.stderr.pipe(process.stderr);
    await once(createInterface({ input: worker.stdout }), 'line');
    return worker;
  }

  async function deliver(item: string, number: number): Promise<void> {
    const payload = {
      version: 'v2',
      event: 'workitem.updated',
      event_id: randomUUID(),
      entity_id: item,
      workspace_id: workspaceId,
      data: { id: item, number },
    };
    const body = Buffer.from(JSON.stringify(payload));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    await context.get(DeliveriesService).store({ event, body, headers: {}, secretFingerprint: 'abcdef01' });
  }

  const left = async (): Promise<number> =>
    (
      await database.query(`SELECT FROM queue_lines UNION ALL SELECT FROM pgboss.job WHERE state < 'completed'
       AND name = 'Ordered.run'`)
    ).length;
  const lines = (): Line[] =>
    readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);

  it('are handled one at a time in order of arrival, including failures and retries', async () => {
    const items = Array.from({ length: ITEMS }, () => randomUUID());
    const shuffled = items
      .flatMap((item) => Array.from({ length: UPDATES }, () => item))
      .toSorted(() => Math.random() - 0.5);
    const counts = new Map<string, number>();
    const began = Date.now();
    const stored = shuffled.map((item) => {
      const number = (counts.get(item) ?? 0) + 1;
      counts.set(item, number);
      return deliver(item, number);
    });
    await Promise.all(stored);
    await until('all to be handled', async () => (await left()) === 0);
    const took = Date.now() - began;

    const byItem = Map.groupBy(lines(), ([, item]) => item);
    expect(byItem.size).toBe(ITEMS);
    for (const runs of byItem.values()) expectInOrder(runs);
    const all = lines();
    const ended = all.filter(([what]) => what === 'end').length;
    process.stdout.write(`${JSON.stringify({ events: ITEMS * UPDATES, runs: ended, tookMs: took })}\n`);
  });
});

/** Runs of one item neither overlap nor go back, and each of its events was run, in order. */
function expectInOrder(runs: readonly Line[]): void {
  let [open, last] = [0, 0];
  for (const [what, , number] of runs) {
    if (what === 'start') {
      expect([open, number === last || number === last + 1]).toEqual([0, true]);
      [open, last] = [number, number];
    } else if (what === 'end') {
      expect(number).toBe(open);
      open = 0;
    }
  }
  expect(last).toBe(UPDATES);
}
