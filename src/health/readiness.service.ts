import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { codedError } from '../common/coded-error.js';
import { rejectedWrites } from '../common/database-unavailable.js';
import { DomainError } from '../common/domain-error.js';
import { SingleFlight } from '../common/single-flight.js';
import { withTimeout } from '../common/with-timeout.js';
import { Drain } from '../config/drain.js';
import { requireCurrentSchema } from '../database/migrator.js';
import { requireWritable } from '../database/session-settings.js';
import { QueueService } from '../queue/queue.service.js';

/** Probes have a time-out: respond with the reason before it. */
const TIMEOUT_MS = 3000;
/** A check that hangs uses one connection for this long, however many probes and scrapes arrive. */
const RETRY_AFTER_MS = 15_000;

const UNREACHABLE = 'the database cannot be reached';

/** The response of a server that is ready. */
export interface Readiness {
  readonly status: 'ready';
}

/** Checks whether this process can work. */
@Injectable()
export class ReadinessService {
  private readonly databaseIsUsable;

  constructor(
    dataSource: DataSource,
    private readonly queue: QueueService,
    private readonly drain: Drain,
  ) {
    this.databaseIsUsable = new SingleFlight(async () => {
      await requireCurrentSchema(dataSource);
      await requireWritable(dataSource);
    }, RETRY_AFTER_MS);
  }

  /** @throws {DomainError} 503 with the reason */
  async requireReady(): Promise<Readiness> {
    if (this.drain.draining.aborted) throw notReady('this process is shutting down');
    await withTimeout(TIMEOUT_MS, this.databaseIsUsable.run(), databaseUnreachable).catch((error: unknown) => {
      throw error instanceof DomainError ? error : notReady(rejectedWrites(error) ?? UNREACHABLE);
    });
    if (!this.queue.isRunning()) throw notReady('the queue is not running');
    return { status: 'ready' };
  }
}

const notReady = codedError('not_ready', 503, 'Not ready', (reason: string) => reason, {
  retryAfterSeconds: 5,
});

function databaseUnreachable(): DomainError {
  return notReady(UNREACHABLE);
}
