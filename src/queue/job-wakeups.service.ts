import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import {
  DataSource,
  type EntityManager,
  type EntitySubscriberInterface,
  type QueryRunner,
  type TransactionCommitEvent,
} from 'typeorm';
import { databaseConfig } from '../config/areas/database.config.js';
import { POOLING } from '../database/database.module.js';
import { type Pooling } from '../database/pooler.js';
import { outsideTraces } from '../observability/tracing/spans.js';
import { BossService } from './boss.service.js';
import { PgBossSql } from './pgboss.sql.js';

const NOTIFY = `SELECT pg_notify($3, $1 || ' ' || queue) FROM unnest($2::text[]) AS queue`;

/** Under load other processes are notified this often instead of at each commit; the first time at once. */
const NOTIFY_INTERVAL_MS = 10;
/** After an attempt to listen that failed. */
const RETRY_MS = 30_000;

const POLLING_BEHIND_POOLER =
  'the pooler of DATABASE_URL is in transaction mode, which has no LISTEN; polling every second. ' +
  'With DATABASE_LISTEN_URL, an address of the database without the pooler, jobs begin at once';

/**
 * Wakes the workers of queues that got jobs: those of this process at once, others by NOTIFY. That is sent after the
 * commit, not in it, because PostgreSQL serialises the commits of transactions that notify. A notification may be lost,
 * so workers also poll.
 */
@Injectable()
export class JobWakeupsService implements OnModuleInit, BeforeApplicationShutdown, EntitySubscriberInterface {
  private readonly logger = new Logger(JobWakeupsService.name);
  private readonly listeners = new Map<string, () => void>();
  private readonly self = randomUUID();
  /** The queues that each transaction adds jobs to. */
  private readonly added = new WeakMap<QueryRunner, Set<string>>();
  private unsent = new Set<string>();
  private sending = false;
  /** Notified when jobs are added, with the process that added them and their queue. All schemas share the channels. */
  private readonly channel: string;
  private close: (() => Promise<void>) | undefined;
  private retry: NodeJS.Timeout | undefined;

  constructor(
    @Inject(databaseConfig.KEY) private readonly config: ConfigType<typeof databaseConfig>,
    @Inject(POOLING) private readonly pooling: Pooling,
    private readonly bosses: BossService,
    dataSource: DataSource,
    { schema }: PgBossSql,
  ) {
    // The name of the releases that had one schema for the jobs of all.
    this.channel = schema === 'pgboss' ? 'hangar_jobs' : `hangar_${schema}`;
    dataSource.subscribers.push(this);
  }

  async onModuleInit(): Promise<void> {
    if (this.pooling === 'transaction' && !this.config.databaseListenUrl) this.logger.warn(POLLING_BEHIND_POOLER);
    else await this.listen();
  }

  /** Calls `wake` when jobs of the queue were added, or another subject was tracked, and when notifications may have been lost. */
  onJobs(queue: string, wake: () => void): void {
    this.listeners.set(queue, wake);
  }

  /** The transaction adds jobs to this queue: its workers are woken once it has committed. */
  track({ queryRunner }: EntityManager, queue: string): void {
    if (!queryRunner) return;
    const queues = this.added.get(queryRunner) ?? new Set();
    this.added.set(queryRunner, queues.add(queue));
  }

  afterTransactionCommit({ queryRunner }: TransactionCommitEvent): void {
    const queues = this.added.get(queryRunner);
    this.added.delete(queryRunner);
    if (queues) outsideTraces(() => this.wake(queues));
  }

  afterTransactionRollback({ queryRunner }: TransactionCommitEvent): void {
    this.added.delete(queryRunner);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.retry);
    await this.close?.();
  }

  private async listen(): Promise<void> {
    try {
      const listening = await this.bosses.listen(
        this.channel,
        (payload) => this.receive(payload),
        () => this.wakeAll(),
      );
      this.close = () => listening?.close() ?? Promise.resolve();
    } catch (error) {
      this.logger.warn({ msg: 'LISTEN unavailable; polling every second', err: error });
      this.retry = setTimeout(() => void this.listen(), RETRY_MS).unref();
    }
  }

  private wake(queues: Iterable<string>): void {
    for (const queue of queues) {
      this.listeners.get(queue)?.();
      this.unsent.add(queue);
    }
    if (!this.sending) void this.notify();
  }

  private async notify(): Promise<void> {
    this.sending = true;
    while (this.unsent.size > 0) {
      const queues = [...this.unsent];
      this.unsent = new Set();
      await this.bosses.boss
        .getDb()
        .executeSql(NOTIFY, [this.self, queues, this.channel])
        .catch((error: unknown) => this.bosses.reportError(error));
      await wait(NOTIFY_INTERVAL_MS);
    }
    this.sending = false;
  }

  private receive(payload: string): void {
    const [from, queue = ''] = payload.split(' ');
    if (from !== this.self) this.listeners.get(queue)?.();
  }

  private wakeAll(): void {
    for (const wake of this.listeners.values()) wake();
  }
}
