import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { isRowFault } from '../common/row-fault.js';
import { BossService } from './boss.service.js';
import { JobEndsService, type Settlement } from './job-ends.service.js';

const MOST_AT_ONCE = 200;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2000;

interface Waiting extends Settlement {
  readonly done: () => void;
}

/**
 * Books the ends of runs, those that come together in one transaction (group commit, no timer). While the database is
 * away they wait for it: what was done is not done again for want of a note.
 */
@Injectable()
export class JobSettlerService {
  private readonly logger = new Logger(JobSettlerService.name);
  private readonly waiting: Waiting[] = [];
  private running = false;

  constructor(
    private readonly bosses: BossService,
    private readonly ends: JobEndsService,
  ) {}

  /** Resolves once the end is committed, or found to be another process's business by now. */
  async settle(settlement: Settlement): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ ...settlement, done });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) await this.write(this.waiting.splice(0, MOST_AT_ONCE));
    this.running = false;
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await this.ends.write(batch);
        for (const { done } of batch) done();
        return;
      } catch (error) {
        this.bosses.trouble(error);
        if (isRowFault(error)) return this.writeApart(batch);
        await wait(pauseMs);
      }
    }
  }

  /** What a run left behind may be something that the database refuses; the others do not wait for it. */
  private async writeApart(batch: readonly Waiting[]): Promise<void> {
    if (batch.length > 1) for (const each of batch) await this.write([each]);
    else for (const { recorder, ...rest } of batch) await (recorder ? this.write([rest]) : this.leave(rest));
  }

  /** Its heartbeat will be missed, and it is run again. */
  private leave({ job, done }: Waiting): void {
    this.logger.error({ msg: 'the end of a job cannot be booked', job: job.id, queue: job.queue });
    done();
  }
}
