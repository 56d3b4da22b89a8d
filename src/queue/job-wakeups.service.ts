import { type BeforeApplicationShutdown, Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { BossService } from './boss.service.js';

/** Told, with the queue's name, when jobs were added. */
export const JOBS_CHANNEL = 'hangar_jobs';

/** Wakes who waits for jobs. A notification may be missed, so nobody relies on it alone. */
@Injectable()
export class JobWakeupsService implements OnModuleInit, BeforeApplicationShutdown {
  private readonly logger = new Logger(JobWakeupsService.name);
  private readonly sleepers = new Map<string, () => void>();
  private close: (() => Promise<void>) | undefined;

  constructor(private readonly bosses: BossService) {}

  async onModuleInit(): Promise<void> {
    try {
      const listening = await this.bosses.boss.getDb().listen?.(
        JOBS_CHANNEL,
        (queue) => this.sleepers.get(queue)?.(),
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

  async beforeApplicationShutdown(): Promise<void> {
    await this.close?.();
  }

  private wakeAll(): void {
    for (const wake of this.sleepers.values()) wake();
  }
}
