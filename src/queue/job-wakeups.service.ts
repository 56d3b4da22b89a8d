import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { BossService } from './boss.service.js';

/** Told when jobs were added: which process added them, and to which queue. */
const CHANNEL = 'hangar_jobs';
const NOTIFY = `SELECT pg_notify('${CHANNEL}', $1 || ' ' || queue) FROM unnest($2::text[]) AS queue`;

/** Under load other processes are told this often and not at each commit; the first time at once. */
const TELL_PAUSE_MS = 10;

/**
 * Wakes who waits for jobs: in this process at once, in others by a notification. That is sent after the commit and not
 * in it, since PostgreSQL lets transactions that notify commit only one after the other. One may be missed, so nobody
 * relies on it alone.
 */
@Injectable()
export class JobWakeupsService implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobWakeupsService.name);
  private readonly sleepers = new Map<string, () => void>();
  private readonly self = randomUUID();
  private toTell = new Set<string>();
  private telling = false;
  private close: (() => Promise<void>) | undefined;

  constructor(private readonly bosses: BossService) {}

  async onModuleInit(): Promise<void> {
    try {
      const listening = await this.bosses.boss.getDb().listen?.(
        CHANNEL,
        (payload) => this.hear(payload),
        () => this.wakeAll(),
      );
      this.close = () => listening?.close() ?? Promise.resolve();
    } catch (error) {
      this.logger.warn({ msg: 'LISTEN does not work here: jobs are looked for every second', err: error });
    }
  }

  /** `wake` is called when jobs of the queue were added, and when some may have been missed. */
  onJobs(queue: string, wake: () => void): void {
    this.sleepers.set(queue, wake);
  }

  /** Jobs were added to these queues, and can be seen by now. */
  added(queues: Iterable<string>): void {
    for (const queue of queues) {
      this.sleepers.get(queue)?.();
      this.toTell.add(queue);
    }
    if (!this.telling) void this.tell();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await this.close?.();
  }

  /** What comes meanwhile is told together. */
  private async tell(): Promise<void> {
    this.telling = true;
    while (this.toTell.size > 0) {
      const queues = [...this.toTell];
      this.toTell = new Set();
      await this.bosses.boss
        .getDb()
        .executeSql(NOTIFY, [this.self, queues])
        .catch((error: unknown) => this.bosses.reportError(error));
      await wait(TELL_PAUSE_MS);
    }
    this.telling = false;
  }

  private hear(payload: string): void {
    const [from, queue = ''] = payload.split(' ');
    if (from !== this.self) this.sleepers.get(queue)?.();
  }

  private wakeAll(): void {
    for (const wake of this.sleepers.values()) wake();
  }
}
