import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { isRowError } from '../common/row-error.js';
import { BossService } from './boss.service.js';
import { JobCompletions, type JobCompletion } from './job-completions.service.js';

const MAX_BATCH = 200;
const INITIAL_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 2000;

interface Waiting extends JobCompletion {
  readonly done: () => void;
}

/**
 * Books the ends of runs, those that come together in one transaction (group commit, no timer). While the database is
 * away they wait for it: what was done is not done again for want of a note.
 */
@Injectable()
export class CompletionBatcher {
  private readonly logger = new Logger(CompletionBatcher.name);
  private readonly waiting: Waiting[] = [];
  private running = false;

  constructor(
    private readonly bosses: BossService,
    private readonly ends: JobCompletions,
  ) {}

  /** Resolves once the end is committed, or found to be another process's business by now. */
  async complete(settlement: JobCompletion): Promise<void> {
    return new Promise((done) => {
      this.waiting.push({ ...settlement, done });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.waiting.length > 0) await this.write(this.waiting.splice(0, MAX_BATCH));
    this.running = false;
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    for (let pauseMs = INITIAL_BACKOFF_MS; ; pauseMs = Math.min(pauseMs * 2, MAX_BACKOFF_MS)) {
      try {
        await this.ends.write(batch);
        for (const { done } of batch) done();
        return;
      } catch (error) {
        this.bosses.reportError(error);
        if (isRowError(error)) return this.writeApart(batch);
        await wait(pauseMs);
      }
    }
  }

  /** What a run left behind may be something that the database refuses; the others do not wait for it. */
  private async writeApart(batch: readonly Waiting[]): Promise<void> {
    if (batch.length > 1) for (const each of batch) await this.write([each]);
    else for (const { recorder, ...rest } of batch) await (recorder ? this.write([rest]) : this.giveUp(rest));
  }

  /** Its heartbeat will be missed, and it is run again. */
  private giveUp({ job, done }: Waiting): void {
    this.logger.error({ msg: 'the end of a job cannot be booked', job: job.id, queue: job.queue });
    done();
  }
}
