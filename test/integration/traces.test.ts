import { randomUUID } from 'node:crypto';
import { type INestApplicationContext, Injectable, Module } from '@nestjs/common';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { context as traceContext, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import { DoNotRetry, OnPlaneEvent, type PlaneEvent } from 'hangar';
import { setTracer } from '../../src/observability/tracing/spans.js';
import { PlaneModule } from '../../src/plane/plane.module.js';
import { DeadLettersService } from '../../src/queue/dead-letters.service.js';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { TokensModule } from '../../src/tokens/tokens.module.js';
import { DeliveriesService } from '../../src/webhooks/deliveries/deliveries.service.js';
import { DeliveryReplayService } from '../../src/webhooks/deliveries/delivery-replay.service.js';
import { normaliseDelivery } from '../../src/webhooks/events/normalise.js';
import { parsePayload } from '../../src/webhooks/events/payload-parser.js';
import { WebhooksModule } from '../../src/webhooks/webhooks.module.js';
import { DispatchModule } from '../../src/webhooks/dispatch/dispatch.module.js';
import { recorded } from '../fixtures/recorded.js';
import { ReportHandler } from '../fixtures/report.handler.js';
import { botInstall } from '../support/bot-install.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { serviceContext } from '../support/service-context.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

const PLAIN = 'Handlers.plain';
const MERGED = 'Handlers.merged';
let reject = false;

@Injectable()
class Handlers {
  @OnPlaneEvent('workitem.deleted')
  plain(): void {
    if (reject) throw new DoNotRetry('not this one');
  }

  @OnPlaneEvent('workitem.updated', { coalesce: { withinSeconds: 600 } })
  merged(_event: PlaneEvent<'workitem.updated'>): void {}
}

@Module({ providers: [Handlers, ReportHandler] })
class HandlersModule {}

describe('traces', () => {
  const exporter = new InMemorySpanExporter();
  let database: TestDatabase;
  let simulator: RunningSimulator;
  let context: INestApplicationContext;
  let workspaceId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    simulator = await startSimulator({ port: 0 });
    const modules = [PlaneModule, TokensModule, WebhooksModule, DispatchModule, HandlersModule];
    context = await serviceContext(database, simulator, modules);
    ({ workspaceId } = await botInstall(context, new SimulatorControl(simulator.url)));
    traceContext.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
    setTracer(trace.getTracer('hangar'));
  });

  afterAll(async () => {
    setTracer(undefined);
    trace.disable();
    traceContext.disable();
    await context.close();
    await simulator.close();
    await database.drop();
  });

  beforeEach(() => {
    exporter.reset();
    reject = false;
  });

  async function store(
    name: 'v2-workitem-deleted' | 'v2-workitem-updated',
    entity: string,
    renamed?: string,
  ): Promise<string> {
    const ids = { event_id: randomUUID(), delivery_id: randomUUID(), entity_id: entity };
    const payload = {
      ...recorded(name),
      workspace_id: workspaceId,
      ...ids,
      ...(renamed && { event: renamed }),
    };
    const body = Buffer.from(JSON.stringify(payload));
    const event = normaliseDelivery({ body, payload: parsePayload(body), receivedAt: new Date() });
    const delivery = { event, body, headers: {}, secretFingerprint: 'abcdef01' };
    return (await context.get(DeliveriesService).store(delivery)).id;
  }

  const spansOf = (name: string): ReadableSpan[] => exporter.getFinishedSpans().filter((span) => span.name === name);
  const waitFor = (name: string, count = 1): Promise<ReadableSpan[]> =>
    until(`${count} spans ${name}`, () => spansOf(name).length >= count && spansOf(name));
  const traceOf = (span: ReadableSpan | undefined): string | undefined => span?.spanContext().traceId;
  const linked = (span: ReadableSpan | undefined): string[] =>
    (span?.links ?? []).map(({ context: { traceId } }) => traceId);

  it('are separate for events that are stored together', async () => {
    await Promise.all([1, 2, 3].map(() => store('v2-workitem-deleted', randomUUID())));
    const runs = await waitFor(`process ${PLAIN}`, 3);
    expect(new Set(runs.map(traceOf)).size).toBe(3);
    const sizes = spansOf('store delivery').map(({ attributes }) => attributes['hangar.batch.size']);
    expect(sizes).toEqual([1, 2, 2]);
  });

  it('contain the spans that a handler creates, as children of its run', async () => {
    await store('v2-workitem-updated', randomUUID(), 'workitem.created');
    const [own] = await waitFor('write report');
    const [run] = await waitFor('process ReportHandler.report');
    expect(own?.parentSpanContext?.spanId).toBe(run?.spanContext().spanId);
    expect(traceOf(own)).toBe(traceOf(run));
  });

  it('of coalesced events are linked from the handler run', async () => {
    const entity = randomUUID();
    for (let count = 0; count < 3; count += 1) await store('v2-workitem-updated', entity);
    await database.query(`UPDATE pgboss.job SET start_after = now() WHERE state < 'active'`);
    const [run, ...others] = await waitFor(`process ${MERGED}`);
    expect(others).toEqual([]);
    const [first, ...folded] = spansOf(`send ${MERGED}`).map(traceOf);
    expect(traceOf(run)).toBe(first);
    expect(linked(run)).toEqual(folded);
    expect(new Set([first, ...folded]).size).toBe(3);
  });

  it('are new for a redriven dead letter, with a link to the earlier trace', async () => {
    reject = true;
    const deliveryId = await store('v2-workitem-deleted', randomUUID());
    const [rejected] = await waitFor(`process ${PLAIN}`);
    expect(rejected?.attributes).toMatchObject({
      'hangar.outcome': 'dead_lettered',
      'hangar.delivery.id': deliveryId,
    });
    expect(rejected?.status).toMatchObject({ code: 2, message: expect.stringContaining('not this one') });
    reject = false;
    const letters = context.get(DeadLettersService, { strict: false });
    const { letters: dead } = await until('the dead letter', async () => {
      const page = await letters.page({ deliveryId }, { limit: 1 });
      return page.letters.length === 1 && page;
    });
    exporter.reset();
    await letters.redrive(dead);
    const [again] = await waitFor(`process ${PLAIN}`);
    const [sent] = spansOf(`send ${PLAIN}`);
    expect(again?.attributes).toMatchObject({ 'hangar.outcome': 'handled', 'hangar.attempt': 1 });
    expect(traceOf(again)).toBe(traceOf(sent));
    expect(traceOf(sent)).not.toBe(traceOf(rejected));
    expect(linked(sent)).toEqual([traceOf(rejected)]);
  });

  it('are new for a replay, with links to the traces of the receipt and of the request', async () => {
    const id = await store('v2-workitem-deleted', randomUUID());
    const [before] = await waitFor(`process ${PLAIN}`);
    exporter.reset();
    const request = trace.getTracer('a test').startSpan('replay request');
    await traceContext.with(trace.setSpan(traceContext.active(), request), () =>
      context.get(DeliveryReplayService, { strict: false }).replay({ id }),
    );
    const [again] = await waitFor(`process ${PLAIN}`);
    const [sent] = spansOf(`send ${PLAIN}`);
    expect(traceOf(again)).toBe(traceOf(sent));
    expect(linked(sent)).toEqual([traceOf(before), request.spanContext().traceId]);
    expect(linked(sent)).not.toContain(traceOf(again));
  });

  it('start with the run for a job without a trace', async () => {
    setTracer(undefined);
    await store('v2-workitem-deleted', randomUUID());
    setTracer(trace.getTracer('hangar'));
    const [run] = await waitFor(`process ${PLAIN}`);
    expect(run?.parentSpanContext).toBeUndefined();
    expect(spansOf('store delivery')).toEqual([]);
  });
});
