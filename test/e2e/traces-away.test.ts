import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { OtlpReceiver } from '../support/otlp-receiver.js';
import { patientSeconds } from '../support/patient-seconds.js';
import { until } from '../support/until.js';

const HANDLER = 'PingHandler.pong';
const API_KEY = 'key-of-the-collector';
const CONSUMER = 5;
/** A port that no program takes: one that was free a moment ago may be another program's by now. */
const NO_COLLECTOR = 'http://127.0.0.1:1';
const TROUBLE = { match: '/api/v1/', kind: 'status', status: 500 };

describe('a server with slow, failing or disabled tracing', () => {
  let collector: OtlpReceiver;
  let together: HangarWithSimulator;

  beforeAll(async () => {
    collector = await OtlpReceiver.start();
    const late = { OTEL_BSP_SCHEDULE_DELAY: '600000', OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf' };
    together = await HangarWithSimulator.start({ environment: { ...collector.environment, ...late } });
    await together.install();
  });

  afterAll(async () => {
    await together.stop();
    await collector.close();
  });

  async function handle(): Promise<string> {
    const before = await together.pongs();
    const { status, body } = await together.deliver(pingWebhook('v2'));
    expect(status).toBe(202);
    await until('the answer', async () => (await together.pongs()) > before);
    await until('its log', () =>
      together.hangar.log.includes(`"handled","handler":"${HANDLER}","deliveryId":"${body.id}"`),
    );
    return body.id;
  }

  it('flushes the remaining spans as protobuf when it stops', async () => {
    await handle();
    expect(collector.spans).toEqual([]);
    expect(await together.hangar.end()).toBe(0);
    const run = collector.spans.find(({ name, kind }) => name === `process ${HANDLER}` && kind === CONSUMER);
    const names = collector.spans.filter(({ traceId }) => traceId === run?.traceId).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['POST /webhooks/plane', 'store delivery', `send ${HANDLER}`]));
    expect(collector.headers[0]?.['content-type']).toBe('application/x-protobuf');
  });

  it('works and stops without a collector, and logs once that spans are lost', async () => {
    const away = {
      OTEL_EXPORTER_OTLP_ENDPOINT: NO_COLLECTOR,
      HANGAR_DRAIN_SECONDS: patientSeconds(25),
      OTEL_BSP_SCHEDULE_DELAY: '50',
      OTEL_EXPORTER_OTLP_HEADERS: API_KEY,
    };
    await together.startHangar(away);
    for (let count = 0; count < 3; count += 1) await handle();
    await until('the warning', () => together.hangar.log.includes('span export failed'));
    await handle();
    expect(await together.hangar.end()).toBe(0);
    const warnings = together.hangar.log.split('\n').filter((line) => /spans|OpenTelemetry/.test(line));
    expect(warnings).toHaveLength(1);
    expect(JSON.parse(warnings[0] ?? '')).toMatchObject({
      level: 'warn',
      collector: `${NO_COLLECTOR}/v1/traces`,
      reason: expect.stringContaining('ECONNREFUSED'),
    });
    expect(together.hangar.log).not.toContain(API_KEY);
  });

  it('creates no spans if tracing is off', async () => {
    await together.startHangar({ OTEL_TRACES_EXPORTER: 'none', OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' });
    const id = await handle();
    await together.plane.post('/faults', TROUBLE);
    const { body } = await together.deliver(pingWebhook('v2'));
    const [job] = await until('the failure', async () => {
      const jobs = await together.database.query(`SELECT data FROM pgboss.job WHERE name = $1 AND state = 'retry'`, [
        HANDLER,
      ]);
      return jobs.length > 0 && jobs;
    });
    expect(job).toEqual({ data: { deliveryId: body.id } });
    const rows = await together.database.query('SELECT headers::text FROM deliveries WHERE id = $1', [id]);
    expect(rows).toEqual([{ headers: expect.not.stringContaining('traceparent') }]);
    expect(together.hangar.log).not.toMatch(/traceId|spanId/);
  });
});
