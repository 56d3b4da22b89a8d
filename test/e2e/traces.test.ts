import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SAMPLE } from '../../simulator/world/seed.js';
import { hangarCommand } from '../support/cli.js';
import { dataFolder } from '../support/data-folder.js';
import { type HangarProcess } from '../support/hangar-process.js';
import { HangarWithSimulator, pingWebhook, type SimulatedWorkItem } from '../support/hangar-with-simulator.js';
import { type ReceivedSpan } from '../support/otlp-json.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { RecordingProxy } from '../support/recording-proxy.js';
import { until } from '../support/until.js';

const HANDLER = 'PingHandler.pong';
const STRANGER = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const API_KEY = 'key-of-the-collector';
const [INTERNAL, SERVER, CLIENT, PRODUCER, CONSUMER] = [1, 2, 3, 4, 5];
const ERROR = 2;
const TROUBLE = { match: '/api/v1/', kind: 'status', status: 500 };

describe('a receiver and a worker with a collector', () => {
  const folder = dataFolder();
  let collector: OtlpReceiver;
  let proxy: RecordingProxy;
  let together: HangarWithSimulator;
  let worker: HangarProcess;

  beforeAll(async () => {
    collector = await OtlpReceiver.start();
    const headersFile = join(folder, 'headers');
    writeFileSync(headersFile, `api-key=${API_KEY}\n`);
    const shared = { ...collector.environment, OTEL_EXPORTER_OTLP_HEADERS_FILE: headersFile };
    together = await HangarWithSimulator.start({
      environment: { ...shared, HANGAR_ROLES: 'receiver', OTEL_RESOURCE_ATTRIBUTES: 'team=the%20app' },
      planeUrl: async (simulatorUrl) => (proxy = await RecordingProxy.start(simulatorUrl)).url,
    });
    await together.install();
    worker = await together.startReplica({
      HANGAR_ROLES: 'worker,scheduler',
      OTEL_SERVICE_NAME: 'the-worker',
    });
  });

  afterAll(async () => {
    await together.stop();
    await proxy.close();
    await collector.close();
    rmSync(folder, { recursive: true });
  });

  /** The span of a trace with that name, below that one. */
  function below(parent: ReceivedSpan, name: string): ReceivedSpan {
    const found = collector.spans.filter(
      (span) => span.name === name && span.traceId === parent.traceId && span.parentSpanId === parent.spanId,
    );
    expect(found).toHaveLength(1);
    return found[0] as ReceivedSpan;
  }

  const runsOf = async (deliveryId: string, count = 1): Promise<ReceivedSpan[]> =>
    collector.waitFor(
      `${count} runs`,
      count,
      ({ name, attributes }) => name === `process ${HANDLER}` && attributes['hangar.delivery.id'] === deliveryId,
    );

  async function deliver(headers: Record<string, string> = {}, workItem?: SimulatedWorkItem): Promise<string> {
    const { status, body } = await together.deliver(pingWebhook('v2', workItem), headers);
    expect(status).toBe(202);
    return body.id;
  }

  it('export one event as one trace, from its receipt to the calls to Plane', async () => {
    const traceparent = `00-${STRANGER.traceId}-${STRANGER.spanId}-01`;
    const id = await deliver({ traceparent });
    const [run] = (await runsOf(id)) as [ReceivedSpan];
    const of = { 'hangar.delivery.id': id, 'hangar.event.name': 'workitem.comment.created' };
    const [received] = (await collector.waitFor(
      'the receipt',
      1,
      ({ name, attributes }) => name === 'POST /webhooks/plane' && attributes['hangar.delivery.id'] === id,
    )) as [ReceivedSpan];
    expect(received).toMatchObject({ kind: SERVER, parentSpanId: '', status: 0, links: [STRANGER] });
    expect(received.traceId).not.toBe(STRANGER.traceId);
    expect(received.attributes).toMatchObject({
      ...of,
      'http.request.method': 'POST',
      'http.route': '/webhooks/plane',
      'url.path': '/webhooks/plane',
      'http.response.status_code': 202,
      'hangar.delivery.status': 'accepted',
    });
    const stored = below(received, 'store delivery');
    expect(stored).toMatchObject({ kind: INTERNAL, attributes: { ...of, 'hangar.batch.size': 1 } });
    const sent = below(stored, `send ${HANDLER}`);
    const queue = { 'messaging.system': 'pg-boss', 'messaging.destination.name': HANDLER };
    expect(sent).toMatchObject({
      kind: PRODUCER,
      attributes: { ...queue, 'messaging.operation.type': 'send' },
    });
    expect(run).toMatchObject({
      traceId: received.traceId,
      parentSpanId: sent.spanId,
      kind: CONSUMER,
      status: 0,
    });
    expect(run.attributes).toMatchObject({
      ...of,
      ...queue,
      'messaging.operation.type': 'process',
      'hangar.handler': HANDLER,
      'hangar.attempt': 1,
      'hangar.outcome': 'handled',
    });
    const path = '/api/v1/workspaces/{slug}/projects/{id}/work-items/{id}/comments/';
    const called = below(run, `POST ${path}`);
    expect(called.kind).toBe(CLIENT);
    expect(called.attributes).toMatchObject({
      'http.request.method': 'POST',
      'url.template': path,
      'url.full': expect.stringMatching(new RegExp(`^${proxy.url}/api/v1/workspaces/sandbox/[^?]*$`)),
      'server.address': '127.0.0.1',
      'http.response.status_code': 201,
    });
    for (const { startNanos, endNanos } of [received, stored, run, called])
      expect(endNanos).toBeGreaterThanOrEqual(startNanos);
    // A process exports its spans in the order of their ends. Their times are of clocks of their own, set at each start.
    expect(collector.spans.indexOf(stored)).toBeLessThan(collector.spans.indexOf(received));
    expect(collector.spans.indexOf(called)).toBeLessThan(collector.spans.indexOf(run));
    expect(received.resource).toMatchObject({
      'service.name': 'hangar',
      'hangar.roles': ['receiver'],
      team: 'the app',
    });
    expect(run.resource).toMatchObject({
      'service.name': 'the-worker',
      'hangar.roles': ['worker', 'scheduler'],
    });
  });

  it('add the trace id to each log line of a handler run', async () => {
    const id = await deliver();
    const [{ traceId, spanId }] = (await runsOf(id)) as [ReceivedSpan];
    const lines = worker.log.split('\n').filter((line) => line.includes(id));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ deliveryId: id, traceId, spanId });
    const others = worker.log.split('\n').filter((line) => line.startsWith('{') && line.includes('metrics on port'));
    expect(others.map((line) => 'traceId' in (JSON.parse(line) as object))).toEqual([false]);
  });

  it('keep the attempts of a failing handler, and each retried request, in one trace', async () => {
    await together.plane.post('/faults', TROUBLE);
    const { workItems } = await together.world();
    const unknown = workItems.find(({ id, projectId }) => id !== SAMPLE.workItemId && projectId === SAMPLE.projectId);
    const id = await deliver({}, unknown);
    const [failed] = (await runsOf(id)) as [ReceivedSpan];
    await together.plane.clearFaults();
    await until('the next attempt', async () => {
      await together.database.query(`UPDATE pgboss.job SET start_after = now() WHERE state = 'retry'`);
      return collector.spans.filter(({ attributes }) => attributes['hangar.delivery.id'] === id).length > 3;
    });
    const [, handled] = (await runsOf(id, 2)) as [ReceivedSpan, ReceivedSpan];
    expect(failed).toMatchObject({
      status: ERROR,
      attributes: { 'hangar.outcome': 'failed', 'hangar.attempt': 1 },
    });
    expect(failed.events).toMatchObject([
      {
        name: 'exception',
        attributes: { 'exception.type': 'PlaneError', 'exception.message': expect.stringContaining('500') },
      },
    ]);
    expect(handled).toMatchObject({
      status: 0,
      attributes: { 'hangar.outcome': 'handled', 'hangar.attempt': 2 },
    });
    expect([handled.traceId, handled.parentSpanId]).toEqual([failed.traceId, failed.parentSpanId]);
    const requests = collector.spans.filter(({ parentSpanId }) => parentSpanId === failed.spanId);
    expect(requests.map(({ status }) => status)).toEqual([ERROR, ERROR, ERROR]);
    expect(requests.map(({ attributes }) => attributes['http.request.resend_count'])).toEqual([undefined, 1, 2]);
    expect(requests[0]?.attributes).toMatchObject({ 'http.response.status_code': 500, 'error.type': '500' });
  });

  it('start a trace with a link to the earlier one for a replay from the command line', async () => {
    const id = await deliver();
    const [before] = (await runsOf(id)) as [ReceivedSpan];
    const { code, stderr } = await hangarCommand(['deliveries', 'replay', id], together.environment);
    expect([code, stderr]).toEqual([0, '']);
    const [, again] = (await runsOf(id, 2)) as [ReceivedSpan, ReceivedSpan];
    const [sent] = (await collector.waitFor(
      'the command’s span',
      1,
      ({ spanId }) => spanId === again.parentSpanId,
    )) as [ReceivedSpan];
    expect(sent).toMatchObject({ name: `send ${HANDLER}`, parentSpanId: '', traceId: again.traceId });
    expect(sent.links).toMatchObject([{ traceId: before.traceId }]);
    expect(again.traceId).not.toBe(before.traceId);
  });

  it('export the refresh of a token, and the installation', async () => {
    await together.plane.post('/tokens/expire');
    await deliver();
    const [renewal] = (await collector.waitFor('the renewal', 1, ({ name }) => name === 'refresh token')) as [
      ReceivedSpan,
    ];
    expect(renewal.attributes).toMatchObject({ 'hangar.token.kind': 'bot', 'hangar.outcome': 'renewed' });
    expect(below(renewal, 'POST /auth/o/token/').kind).toBe(CLIENT);
    const install = collector.spans.find(({ name }) => name === 'GET /oauth/callback');
    expect(install?.attributes).toMatchObject({
      'url.path': '/oauth/callback',
      'http.response.status_code': 200,
    });
    expect(collector.spans.filter(({ name }) => name.includes('/health'))).toEqual([]);
  });

  it('export exactly the documented spans and attributes', () => {
    const told = readFileSync('docs/telemetry.md', 'utf8');
    const shown = new Set(collector.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    const ours = [...shown].filter((name) => name.startsWith('hangar.'));
    expect(ours.filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
    const named = [...told.matchAll(/`(hangar\.[a-z._]+)`/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !shown.has(name))).toEqual(['hangar.folded_into']);
  });

  it('send no secret and no event data to the collector, and no trace context to Plane', async () => {
    const { DATABASE_URL = '', HANGAR_ENCRYPTION_KEYS = '' } = together.environment;
    const hidden = [
      ...proxy.secrets,
      API_KEY,
      together.simulator.clientSecret,
      together.simulator.webhookSecret,
      new URL(DATABASE_URL).password,
      HANGAR_ENCRYPTION_KEYS.replace(/^[^:]*:/, ''),
      'Straße',
      'comment_stripped',
    ];
    expect(proxy.secrets.size).toBeGreaterThan(3);
    expect(hidden.filter((secret) => secret.length < 4)).toEqual([]);
    expect(hidden.filter((secret) => collector.text.includes(secret))).toEqual([]);
    expect(collector.headers.every((headers) => headers['api-key'] === API_KEY)).toBe(true);
    expect([worker.log, together.hangar.log].filter((log) => log.includes(API_KEY))).toEqual([]);
    expect([...proxy.headers].filter((name) => /^(trace|baggage)/.test(name))).toEqual([]);
    expect(proxy.headers).toContain('authorization');
  });
});
