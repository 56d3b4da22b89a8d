import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { freePort } from '../../database/embedded/loopback.js';
import { DeadLettersService } from '../../queue/dead-letters.service.js';
import { PgBossSql } from '../../queue/pgboss.sql.js';
import { deadLetterQueueOf } from '../../queue/queue.js';
import { QueueStatsService } from '../../queue/queue-stats.service.js';
import { type RunningServer, startServer } from '../../server/start-server.js';
import { type Backend, type BackendOptions, type TestDeadLetter } from './backend.js';
import { sendable, type SentWebhook, type WebhookAnswer } from './wire.js';

const POLL_MS = 20;
const SETTLE_MS = 30_000;
const MAX_LETTERS = 1000;
/** Dead letters are jobs of queues that nothing works on. */
const WAITING = `state < 'active' AND name NOT LIKE '%${deadLetterQueueOf('')}'`;

/** The whole of Hangar in this process, on the embedded PostgreSQL in a folder of its own unless DATABASE_URL is set. */
export class RealBackend implements Backend {
  readonly ref;
  private aheadMs = 0;

  private constructor(
    private readonly server: RunningServer,
    private readonly url: string,
    private readonly folder: string,
    ref: Backend['ref'],
    private readonly onMove: BackendOptions['onMove'],
  ) {
    this.ref = ref;
  }

  static async start({ environment, app, ref, onMove }: BackendOptions): Promise<RealBackend> {
    const folder = await mkdtemp(join(tmpdir(), 'hangar-test-'));
    const port = await freePort();
    const variables = {
      HOST: '127.0.0.1',
      PORT: String(port),
      METRICS_PORT: '0',
      LOG_LEVEL: 'fatal',
      HANGAR_DATA_DIR: folder,
    };
    const server = await startServer({ ...variables, ...environment }, { imports: [app] }, { checksProvided: false });
    return new RealBackend(server, `http://127.0.0.1:${port}`, folder, ref(), onMove);
  }

  async deliver({ body, headers }: SentWebhook): Promise<WebhookAnswer> {
    const request = { method: 'POST', headers: sendable(headers), body: new Uint8Array(body) };
    const answer = await fetch(`${this.url}/webhooks/plane`, request);
    return { status: answer.status, body: (await answer.json()) as WebhookAnswer['body'] };
  }

  async settled(): Promise<void> {
    const giveUpAt = performance.now() + SETTLE_MS;
    for (let idle = 0; idle < 2; await wait(POLL_MS)) {
      const busy = (await this.stats()).filter(({ waiting, active }) => waiting + active > 0);
      idle = busy.length === 0 ? idle + 1 : 0;
      if (performance.now() > giveUpAt)
        throw new Error(`${busy.map(({ handler }) => handler).join(', ')} still runs after ${SETTLE_MS / 1000} s.`);
    }
  }

  /** By making the times of waiting jobs earlier: what becomes due on the way runs before the rest. */
  async advance(ms: number): Promise<void> {
    let left = ms;
    for (;;) {
      await this.settled();
      const next = await this.untilNextMs();
      if (next === undefined || next > left) break;
      await this.shift(next);
      left -= next;
    }
    await this.shift(left);
    await this.settled();
  }

  now(): Date {
    return new Date(Date.now() + this.aheadMs);
  }

  async deadLetters(): Promise<TestDeadLetter[]> {
    const service = this.ref.get(DeadLettersService, { strict: false });
    const { letters } = await service.page({}, { limit: MAX_LETTERS });
    return letters.toReversed().map(({ handler, data }) => ({ handler, id: String(data['deliveryId'] ?? data['id']) }));
  }

  async close(): Promise<void> {
    await this.server.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async stats(): ReturnType<QueueStatsService['all']> {
    return this.ref.get(QueueStatsService, { strict: false }).all();
  }

  private async untilNextMs(): Promise<number | undefined> {
    const [row] = await this.query<{ ms: number | null }>(
      `SELECT ceil(extract(epoch FROM min(start_after) - now()) * 1000)::float8 AS ms FROM ${this.jobs} WHERE ${WAITING}`,
    );
    return row?.ms === null || row?.ms === undefined ? undefined : Math.max(0, row.ms);
  }

  private async shift(ms: number): Promise<void> {
    this.aheadMs += ms;
    const earlier = `make_interval(secs => ${ms / 1000})`;
    await this.query(`UPDATE ${this.jobs} SET start_after = start_after - ${earlier} WHERE ${WAITING}`);
    await this.query(`UPDATE queue_lines SET added_at = added_at - ${earlier}`);
    await this.query(`UPDATE plane_budgets SET resets_at = resets_at - ${earlier}`);
    await this.onMove(this.aheadMs);
  }

  private get jobs(): string {
    return `${this.ref.get(PgBossSql, { strict: false }).schema}.job`;
  }

  private async query<Row>(sql: string): Promise<Row[]> {
    return this.ref.get(DataSource, { strict: false }).query(sql);
  }
}
