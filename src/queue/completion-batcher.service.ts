import { setTimeout as wait } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { isTransientDatabaseError } from '../common/database-unavailable.js';
import { BossService } from './boss.service.js';
import { JobCompletions, type JobCompletion } from './job-completions.service.js';

const MAX_BATCH = 200;
const INITIAL_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 2000;

interface Pending extends JobCompletion {
  readonly done: () => void;
}

/**
 * Records run results, those that arrive together in one transaction (group commit without a timer). While the database
 * is down they wait for it: a run that succeeded must not be repeated because its result could not be recorded.
 */
@Injectable()
export class CompletionBatcher {
  private readonly logger = new Logger(CompletionBatcher.name);
  private readonly pending: Pending[] = [];
  private running = false;

  constructor(
    private readonly bosses: BossService,
    private readonly completions: JobCompletions,
  ) {}

  /** Resolves once the result is committed, or the job turns out to be leased by another process. */
  async complete(completion: JobCompletion): Promise<void> {
    return new Promise((done) => {
      this.pending.push({ ...completion, done });
      if (!this.running) void this.run();
    });
  }

  private async run(): Promise<void> {
    this.running = true;
    while (this.pending.length > 0) await this.write(this.pending.splice(0, MAX_BATCH));
    this.running = false;
  }

  private async write(batch: readonly Pending[]): Promise<void> {
    for (let backoffMs = INITIAL_BACKOFF_MS; ; backoffMs = Math.min(backoffMs * 2, MAX_BACKOFF_MS)) {
      try {
        await this.completions.write(batch);
        for (const { done } of batch) done();
        return;
      } catch (error) {
        this.bosses.reportError(error);
        if (!isTransientDatabaseError(error)) return this.writeSeparately(batch);
        await wait(backoffMs);
      }
    }
  }

  /** What one run left behind cannot be written: the other results are recorded, and this one without its record. */
  private async writeSeparately(batch: readonly Pending[]): Promise<void> {
    if (batch.length > 1) for (const each of batch) await this.write([each]);
    else for (const { recorder, ...rest } of batch) await (recorder ? this.write([rest]) : this.giveUp(rest));
  }

  /** Without a heartbeat pg-boss hands the job out again. */
  private giveUp({ job, done }: Pending): void {
    const msg = 'failed to record job completion; it will run again';
    this.logger.error({ msg, job: job.id, queue: job.queue });
    done();
  }
}
