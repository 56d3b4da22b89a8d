import { afterEach, describe, expect, it } from '@jest/globals';
import { wrongAnswers } from '../support/answers.js';
import { freePort } from '../support/free-port.js';
import { FULL_SIZE } from '../support/full-size.js';
import { HangarProcess } from '../support/hangar-process.js';
import { metricSum } from '../support/metric.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { areReady, whyNotReady } from '../support/readiness.js';
import { Replicas } from '../support/replicas.js';
import { until } from '../support/until.js';
import { writesFinding } from '../support/writes-finding.js';
import { type Moment, STORM, wasUnderWay, WebhookStorm } from '../support/webhook-storm.js';

/** So many webhooks come while nothing can be written, beside the others. */
const MEANWHILE = FULL_SIZE ? 1500 : 40;
/** Connections of webhooks are to be closed long before other servers take the jobs of those that record nothing. */
const ENVIRONMENT = { WEBHOOK_HOLD_SECONDS: '3' };
const NOT_STORED = 'hangar_webhooks_received_total{outcome="unavailable"}';

describe(`a database that is read-only while ${STORM.count} webhooks arrive`, () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  it('is named as such by /health/ready, doctor, and a start', async () => {
    const postgres = await OwnPostgres.start();
    cleanups.unshift(() => postgres.remove());
    const replicas = await Replicas.start('recording-server.mjs', postgres, postgres.url, [{}]);
    cleanups.unshift(() => replicas.stop());
    const { environment } = replicas.at(0);
    expect(await writesFinding(environment)).toMatchObject({ ok: true });
    await readOnly(postgres, 'on');
    expect(await until('it to say so', async () => whyNotReady(replicas.urls))).toEqual(['the database is read-only']);
    // Each connection learns of the setting by itself.
    await until('the metrics to say so', async () => (await metricSum(replicas.metricsUrls, 'hangar_ready')) === 0);
    expect(await metricSum(replicas.metricsUrls, 'hangar_database_up')).toBe(1);
    expect(await writesFinding(environment)).toMatchObject({
      ok: false,
      detail: expect.stringMatching(/^the database is read-only/),
    });
    const second = await HangarProcess.launch({ ...environment, PORT: String(await freePort()), METRICS_PORT: '0' });
    expect([await second.exit(), second.log]).toEqual([1, expect.stringContaining('the database is read-only')]);
    expect(second.log).not.toMatch(/^\s+at /m);
  });

  it('loses no acknowledged webhook, handles none twice, and needs no restart', async () => {
    const postgres = await OwnPostgres.start();
    cleanups.unshift(() => postgres.remove());
    const storm = await WebhookStorm.prepare(postgres, postgres.url, ENVIRONMENT);
    cleanups.unshift(() => storm.stop());
    const { metricsUrls } = storm.replicas;
    let moment: Moment | undefined;
    let writableAt = 0;
    const { accepted, attempts, lost, repeated, deadLetters } = await storm.run(async () => {
      await until('half of the load', () => storm.load.progress >= 1 / 2);
      moment = await storm.moment();
      await readOnly(postgres, 'on');
      storm.load.sendNow(MEANWHILE);
      const ready = await until('both to say so', async () => whyNotReady(storm.replicas.urls));
      await until('connections of webhooks to be closed', async () => (await metricSum(metricsUrls, NOT_STORED)) > 0);
      await readOnly(postgres, 'off');
      writableAt = Date.now();
      await until('both are ready again', async () => areReady(storm.replicas.urls));
      return { readOnlyMs: writableAt - moment.at, readyAfterMs: Date.now() - writableAt, ready };
    });
    expect(attempts.filter(({ status }) => status === undefined)).not.toEqual([]);
    expect(wrongAnswers(attempts.filter(({ status }) => status !== undefined))).toEqual([]);
    for (const { log } of storm.replicas.all)
      expect(log).toMatch(
        /webhooks cannot be stored; retrying until their deadline.*25006|25006.*webhooks cannot be stored/s,
      );
    expect(accepted).toBe(storm.load.sent);
    expect([lost, deadLetters]).toEqual([[], 0]);
    expect(repeated.filter((run) => !moment || !wasUnderWay(run, { ...moment, at: Infinity }))).toEqual([]);
  });
});

async function readOnly(postgres: OwnPostgres, value: 'on' | 'off'): Promise<void> {
  await postgres.query(`ALTER SYSTEM SET default_transaction_read_only TO ${value}`);
  await postgres.query('SELECT pg_reload_conf()');
}
