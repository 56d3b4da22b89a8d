import { Client, type QueryResultRow } from 'pg';
import { afterEach, describe, expect, it } from '@jest/globals';
import { wrongAnswers } from '../support/answers.js';
import { AddressProxy } from '../support/address-proxy.js';
import { FULL_SIZE } from '../support/full-size.js';
import { metricSum } from '../support/metric.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { areReady, whyNotReady } from '../support/readiness.js';
import { until } from '../support/until.js';
import { type Moment, STORM, wasUnderWay, WebhookStorm } from '../support/webhook-storm.js';

/** So many webhooks come in the failover beside the others. */
const MEANWHILE = FULL_SIZE ? 1500 : 40;

/** A primary with a synchronous standby behind one address, and what happens to them. */
interface Pair {
  readonly primary: OwnPostgres;
  readonly standby: OwnPostgres;
  readonly address: AddressProxy;
  readonly load: WebhookStorm['load'];
}

/** What a failover did, by the clock of this machine in milliseconds. */
interface Failover extends Moment {
  readonly to: number;
}

/** One way of a failover, in two steps: what happens to the servers, and the new primary. */
interface Way {
  readonly begin: (pair: Pair) => Promise<void>;
  readonly end: (pair: Pair) => Promise<void>;
  /** What `/health/ready` of both processes says in between. */
  readonly says: RegExp;
  /** The sum of `hangar_database_up` of both in between, where it is one. */
  readonly databaseUp?: number;
}

const UNREACHABLE = /^the database cannot be reached$/;
const READ_ONLY = /^the database is read-only$/;

const promoted = async ({ standby, address }: Pair): Promise<void> => {
  await standby.promote();
  address.repoint(standby.port, 'reset');
};

const FAILOVERS: Readonly<Record<string, Way>> = {
  'a killed primary, whose connections are reset': {
    begin: async ({ primary }) => primary.end('immediate'),
    end: promoted,
    says: UNREACHABLE,
    databaseUp: 0,
  },
  'a primary that is gone without a word: its connections stay open and silent': {
    begin: async ({ primary, standby, address }) => {
      address.repoint(standby.port, 'silent');
      await primary.end('immediate');
    },
    end: async ({ standby }) => standby.promote(),
    // A new connection reaches the standby.
    says: /^the database (?:cannot be reached|is read-only)$/,
  },
  'a planned switch-over': {
    begin: async ({ primary }) => primary.end('fast'),
    end: promoted,
    says: UNREACHABLE,
    databaseUp: 0,
  },
  'connections that reach a read-only server, and stay there when the address has moved on': {
    begin: async ({ standby, address, load }) => {
      address.repoint(standby.port, 'reset');
      await until('webhooks wait', () => load.waiting >= MEANWHILE / 2);
    },
    end: async ({ primary, address }) => address.repoint(primary.port, 'kept'),
    says: READ_ONLY,
    databaseUp: 2,
  },
};

describe(`a failover of PostgreSQL while ${STORM.count} webhooks arrive`, () => {
  const cleanups: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  it.each(Object.entries(FAILOVERS))('loses no acknowledged webhook: %s', async (name, way) => {
    const primary = await OwnPostgres.start();
    cleanups.unshift(() => primary.remove());
    const standby = await primary.startStandby();
    cleanups.unshift(() => standby.remove());
    const address = await AddressProxy.start(primary.port);
    cleanups.unshift(() => address.stop());
    const url = new URL(primary.url);
    url.port = String(address.port);
    const storm = await WebhookStorm.prepare(
      { query: async (sql, values) => queryAt(url.href, sql, values) },
      url.href,
    );
    cleanups.unshift(() => storm.stop());

    const { urls, metricsUrls } = storm.replicas;
    let failover: Failover | undefined;
    const { accepted, attempts, lost, repeated, deadLetters } = await storm.run(async () => {
      await until('half of the load', () => storm.load.progress >= 1 / 2);
      const moment = await storm.moment();
      storm.load.sendNow(MEANWHILE);
      const pair = { primary, standby, address, load: storm.load };
      await way.begin(pair);
      // A server whose connections were just reset says first that it reaches none.
      const reasons = await until('both to say so', async () => {
        const now = await whyNotReady(urls);
        return now?.every((reason) => way.says.test(reason)) && now;
      });
      const metrics = await metricsOnce(metricsUrls, { ready: 0, databaseUp: way.databaseUp });
      await way.end(pair);
      const movedAt = Date.now();
      await until('both are ready again', async () => areReady(urls));
      failover = { ...moment, to: Date.now() };
      return { name, failoverMs: movedAt - moment.at, readyAfterMs: failover.to - movedAt, reasons, metrics };
    });
    expect(await metricsOnce(metricsUrls, { ready: 2, databaseUp: 2 })).toMatchObject({ notStored: 0 });
    expect(await waitedWebhooks(metricsUrls)).toBeGreaterThan(0);
    expect(wrongAnswers(attempts)).toEqual([]);
    expect(accepted).toBe(storm.load.sent);
    expect([lost, deadLetters]).toEqual([[], 0]);
    const wasCut = (run: (typeof repeated)[number]): boolean =>
      failover !== undefined && run.startedAt <= failover.to && wasUnderWay(run, failover);
    expect(repeated.filter((run) => !wasCut(run))).toEqual([]);
  });
});

/**
 * What the alerts read, sums over the servers, once it is that: a reading may meet a connection whose end the server does
 * not know of yet.
 */
async function metricsOnce(
  urls: readonly string[],
  { ready, databaseUp }: { readonly ready: number; readonly databaseUp: number | undefined },
): Promise<Record<string, number>> {
  return until(`hangar_ready ${ready} and hangar_database_up ${databaseUp ?? 'anything'}`, async () => {
    const now = {
      ready: await metricSum(urls, 'hangar_ready'),
      databaseUp: await metricSum(urls, 'hangar_database_up'),
      notStored: await metricSum(urls, 'hangar_webhooks_received_total{outcome="unavailable"}'),
    };
    return now.ready === ready && now.databaseUp === (databaseUp ?? now.databaseUp) && now;
  });
}

/** How many webhooks waited for longer than half a second before their answer. */
async function waitedWebhooks(urls: readonly string[]): Promise<number> {
  const all = await metricSum(urls, 'hangar_webhook_accept_seconds_count');
  return all - (await metricSum(urls, 'hangar_webhook_accept_seconds_bucket{le="0.5"}'));
}

async function queryAt<R extends QueryResultRow>(url: string, sql: string, values?: unknown[]): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(sql, values)).rows;
  } finally {
    await client.end();
  }
}
