import { Injectable } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { SingleFlight } from '../common/single-flight.js';
import { withTimeout } from '../common/with-timeout.js';
import { Drain } from '../config/drain.js';
import { SchemaCheckService } from '../database/schema-check.service.js';
import { QueueService } from '../queue/queue.service.js';

/** A probe gives up sooner or later; it should hear why. */
const TIMEOUT_MS = 3000;
/** A look at the schema that hangs holds one connection, however many probes and scrapes come meanwhile. */
const HANGS_AFTER_MS = 15_000;

/** The answer of a server that is ready. */
export interface Readiness {
  readonly status: 'ready';
}

/** Knows whether this process can do its work. */
@Injectable()
export class ReadinessService {
  private readonly schemaIsCurrent;

  constructor(
    schema: SchemaCheckService,
    private readonly queue: QueueService,
    private readonly drain: Drain,
  ) {
    this.schemaIsCurrent = new SingleFlight(() => schema.requireReady(), HANGS_AFTER_MS);
  }

  /** @throws {DomainError} 503 that says what is missing. */
  async requireReady(): Promise<Readiness> {
    if (this.drain.draining.aborted) throw notReady('this process is shutting down');
    await withTimeout(TIMEOUT_MS, this.schemaIsCurrent.run(), databaseAway).catch((error: unknown) => {
      throw error instanceof DomainError ? error : databaseAway();
    });
    if (!this.queue.isRunning()) throw notReady('the queue is not running');
    return { status: 'ready' };
  }
}

function databaseAway(): DomainError {
  return notReady('the database cannot be reached');
}

function notReady(detail: string): DomainError {
  return new DomainError({
    code: 'not_ready',
    title: 'Not ready',
    detail,
    status: 503,
    retryAfterSeconds: 5,
  });
}
