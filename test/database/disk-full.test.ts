import { chownSync, cpSync, readdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { wrongAnswers } from '../support/answers.js';
import { dataFolder } from '../support/data-folder.js';
import { describeWith } from '../support/describe-with.js';
import { FULL_SIZE } from '../support/full-size.js';
import { metricSum } from '../support/metric.js';
import { OwnPostgres } from '../support/own-postgres.js';
import { areReady, whyNotReady } from '../support/readiness.js';
import { canMount, SmallDisk } from '../support/small-disk.js';
import { until } from '../support/until.js';
import { writesFinding } from '../support/writes-finding.js';
import { type Moment, STORM, wasUnderWay, WebhookStorm } from '../support/webhook-storm.js';

const MEGABYTES = FULL_SIZE ? 600 : 200;
const MEANWHILE = FULL_SIZE ? 1500 : 40;
/** Shorter than in the other tests: connections of webhooks are to be closed. */
const ENVIRONMENT = { WEBHOOK_HOLD_SECONDS: '3' };
const NOT_STORED = 'hangar_webhooks_received_total{outcome="unavailable"}';
/** Takes a new file of WAL with each call. */
const SWITCH_WAL = `SELECT pg_logical_emit_message(false, '', 'x'), pg_switch_wal()`;

describeWith('mount', canMount(), `a disk of PostgreSQL that is full while ${STORM.count} webhooks arrive`, () => {
  const cleanups: (() => Promise<void> | void)[] = [];

  afterEach(async () => {
    for (const clean of cleanups.splice(0)) await clean();
  });

  async function start(prepare?: (folder: string) => void): Promise<{ disk: SmallDisk; postgres: OwnPostgres }> {
    const disk = SmallDisk.mount(MEGABYTES);
    cleanups.unshift(() => disk.unmount());
    const postgres = await OwnPostgres.start({ dataDir: join(disk.folder, 'data'), ...(prepare && { prepare }) });
    cleanups.unshift(() => postgres.remove());
    return { disk, postgres };
  }

  /** Runs a storm with this trouble after half of it, and expects that nothing is lost. Resolves with the servers' logs. */
  async function weather(
    postgres: OwnPostgres,
    trouble: (storm: WebhookStorm) => Promise<object>,
  ): Promise<readonly string[]> {
    const storm = await WebhookStorm.prepare(postgres, postgres.url, ENVIRONMENT);
    cleanups.unshift(() => storm.stop());
    let [moment, endedAt] = [undefined as Moment | undefined, Infinity];
    const { accepted, attempts, lost, repeated, deadLetters } = await storm.run(async () => {
      await until('half of the load', () => storm.load.progress >= 1 / 2);
      moment = await storm.moment();
      storm.load.sendNow(MEANWHILE);
      const seen = await trouble(storm);
      const freedAt = Date.now();
      await until('both to be ready', async () => areReady(storm.replicas.urls));
      storm.load.sendNow(MEANWHILE);
      endedAt = Date.now();
      return { ...seen, fullMs: freedAt - moment.at, readyAfterMs: endedAt - freedAt };
    });
    expect(wrongAnswers(attempts.filter(({ status }) => status !== undefined))).toEqual([]);
    expect([accepted, lost, deadLetters]).toEqual([storm.load.sent, [], 0]);
    const wasCut = (run: (typeof repeated)[number]): boolean =>
      moment !== undefined && run.startedAt <= endedAt && wasUnderWay(run, moment);
    expect(repeated.filter((run) => !wasCut(run))).toEqual([]);
    return storm.replicas.all.map(({ log }) => log);
  }

  it('loses no acknowledged webhook where tables cannot grow, and says why', async () => {
    const elsewhere = dataFolder();
    cleanups.unshift(() => rmSync(elsewhere, { recursive: true, force: true }));
    const { disk, postgres } = await start((folder) => moveWal(folder, elsewhere));
    const logs = await weather(postgres, async ({ replicas }) => {
      disk.fill();
      await until(
        'connections of webhooks to be closed',
        async () => (await metricSum(replicas.metricsUrls, NOT_STORED)) > 0,
      );
      const writes = await writesFinding(replicas.at(0).environment);
      expect(writes).toMatchObject({
        ok: false,
        detail: expect.stringMatching(/disk of the database is full .*No space/),
      });
      await until('both to be ready, since it can be read', async () => areReady(replicas.urls));
      disk.free();
      return { writes: writes.detail };
    });
    for (const log of logs) expect(log).toMatch(/webhooks cannot be stored; retrying until their deadline/);
    expect(logs.join('')).toContain('No space left on device');
  });

  it('loses none where PostgreSQL ends because its log cannot be written, and needs no restart', async () => {
    const { disk, postgres } = await start();
    await weather(postgres, async ({ replicas }) => {
      disk.fill();
      await until('PostgreSQL to end', async () => fails(() => postgres.query(SWITCH_WAL)));
      await until(
        'connections of webhooks to be closed',
        async () => (await metricSum(replicas.metricsUrls, NOT_STORED)) > 0,
      );
      const reasons = await until('both to say so', async () => whyNotReady(replicas.urls));
      expect(new Set(reasons)).toEqual(new Set(['the database cannot be reached']));
      await until(
        'the metrics to say so',
        async () => (await metricSum(replicas.metricsUrls, 'hangar_database_up')) === 0,
      );
      disk.free();
      await postgres.revive();
      return {};
    });
  });
});

/** Puts the log of a cluster into another folder. */
function moveWal(folder: string, other: string): void {
  const [log, moved] = [join(folder, 'pg_wal'), join(other, 'pg_wal')];
  cpSync(log, moved, { recursive: true });
  rmSync(log, { recursive: true });
  symlinkSync(moved, log);
  chownTo(folder, moved);
}

/** Gives a folder and what it contains to the owner of another one. */
function chownTo(like: string, folder: string): void {
  const { uid, gid } = statSync(like);
  for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
    chownSync(join(folder, name), uid, gid);
}

async function fails(run: () => Promise<unknown>): Promise<boolean> {
  return run().then(
    () => false,
    () => true,
  );
}
