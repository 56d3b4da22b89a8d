import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../common/periodic-task.js';
import { Drain } from '../config/drain.js';
import { InstallationsService } from '../installations/installations.service.js';
import { QueueService } from '../queue/queue.service.js';
import { CATCH_UP_QUEUE } from './catch-up-run.js';
import { CatchUpStatesRepository } from './catch-up-states.repository.js';
import { CatchUpTiming } from './catch-up-timing.js';
import { catchUpJob } from './catch-up.service.js';

const TICK_MS = 30_000;
const BATCH = 500;

/** The role `scheduler`: has each installation checked in its turn. Replicas share the work. */
@Injectable()
export class CatchUpScheduleJob implements OnApplicationBootstrap {
  private readonly task: PeriodicTask;

  constructor(
    private readonly dataSource: DataSource,
    private readonly installations: InstallationsService,
    private readonly states: CatchUpStatesRepository,
    private readonly queue: QueueService,
    private readonly timing: CatchUpTiming,
    private readonly drain: Drain,
  ) {
    this.task = new PeriodicTask({ name: 'catch-up checks', intervalMs: TICK_MS, run: () => this.queueDue() }, drain);
  }

  /** Installations from before this release are added, with their first checks spread over the time between two. */
  async onApplicationBootstrap(): Promise<void> {
    const installed = (await this.installations.all()).filter(({ status }) => status === 'installed');
    if (installed.length > 0) await this.states.add(installed, [this.timing.settleSeconds, this.timing.checkSeconds]);
  }

  /** Queues the checks that are due. Never rejects. */
  @Interval(TICK_MS)
  async tick(): Promise<void> {
    await this.task.tick();
  }

  private async queueDue(): Promise<void> {
    while (!this.drain.draining.aborted) {
      const due = await this.states.claimDue(BATCH, this.timing.checkSeconds);
      if (due.length > 0)
        await this.dataSource.transaction((transaction) =>
          this.queue.enqueue(transaction, CATCH_UP_QUEUE, due.map(catchUpJob)),
        );
      if (due.length < BATCH) return;
    }
  }
}
