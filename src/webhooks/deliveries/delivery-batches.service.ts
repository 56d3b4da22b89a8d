import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { RateLimitedLogger } from '../../common/rate-limited-logger.js';
import { withTimeout } from '../../common/with-timeout.js';
import { outsideTraces } from '../../observability/tracing/spans.js';
import { isTransientDatabaseError } from '../../common/database-unavailable.js';
import { isRowError } from '../../common/row-error.js';
import { type ResolvedHandlerOptions } from '../discovery/handler-options.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';
import { type NewDelivery } from './delivery-row.js';
import { DeliveryWriterService, type StoredDelivery } from './delivery-writer.service.js';

/** While the database stores one batch, the next is built. One at a time where a handler has an order. */
const MAX_BATCHES = 2;
/** A second batch with fewer deliveries is not worth its round trips; they join the next one. */
const SECOND_BATCH_MIN = 32;
const MAX_ROWS = 256;
const MAX_BYTES = 8_000_000;
const INITIAL_BACKOFF_MS = 100;
const MAX_BACKOFF_MS = 1000;
/** Then the batch is tried again; a delivery that was stored after all is found to be a duplicate. */
const TIMEOUT_MS = 8000;

const LOG_INTERVAL_MS = 10_000;

/** What became of a batch: all is decided, some wait for a retry, or the database is away or busy. */
type Written = 'stored' | 'failed' | 'away';

interface Waiting {
  readonly delivery: NewDelivery;
  readonly giveUpAt: number;
  readonly resolve: (stored: StoredDelivery) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores deliveries that arrive together in one transaction (group commit). There is no timer: a single one is stored at
 * once, and those that arrive meanwhile form the next batch. A batch that fails because of the database is the first to
 * be retried.
 */
@Injectable()
export class DeliveryBatchesService {
  private readonly warnings = new RateLimitedLogger(DeliveryBatchesService.name, LOG_INTERVAL_MS);
  private waiting: Waiting[] = [];
  private running = 0;

  constructor(
    private readonly writer: DeliveryWriterService,
    private readonly registry: HandlerRegistry,
  ) {}

  /**
   * Resolves once the delivery and its jobs are committed. Rejects where the database rejects its content, and where it
   * could not be stored until `giveUpAt`, by `performance.now()`.
   */
  async store(delivery: NewDelivery, giveUpAt = 0): Promise<StoredDelivery> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ delivery, giveUpAt, resolve, reject });
      if (this.shouldStartBatch(this.running)) void outsideTraces(() => this.run());
    });
  }

  /** Deliveries must be stored in the order of their arrival where a handler has an order. */
  private maxBatches(): number {
    const isOrdered = ({ order, coalesce }: ResolvedHandlerOptions): boolean => order !== 'none' || !!coalesce;
    return this.registry.all().some(({ options }) => isOrdered(options)) ? 1 : MAX_BATCHES;
  }

  /** Whether to start a batch beside so many running ones. */
  private shouldStartBatch(others: number): boolean {
    if (others === 0) return this.waiting.length > 0;
    return this.waiting.length >= SECOND_BATCH_MIN && others < this.maxBatches();
  }

  private async run(): Promise<void> {
    this.running += 1;
    let pauseMs = INITIAL_BACKOFF_MS;
    while (this.shouldStartBatch(this.running - 1)) {
      if ((await this.write(this.next())) === 'stored') pauseMs = INITIAL_BACKOFF_MS;
      else {
        await wait(pauseMs);
        pauseMs = Math.min(pauseMs * 2, MAX_BACKOFF_MS);
      }
    }
    this.running -= 1;
  }

  private next(): Waiting[] {
    let [count, bytes] = [0, 0];
    for (const { delivery } of this.waiting) {
      bytes += delivery.row.body.length;
      if (count > 0 && (count >= MAX_ROWS || bytes > MAX_BYTES)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /** A delivery that cannot be stored fails or waits alone: the batch is halved until it is found. */
  private async write(batch: readonly Waiting[]): Promise<Written> {
    try {
      const writing = this.writer.write(batch.map(({ delivery }) => delivery));
      const stored = await withTimeout(TIMEOUT_MS, writing, () => new StoreTimeout());
      for (const [index, { resolve, delivery }] of batch.entries())
        resolve(stored[index] ?? { status: 'duplicate', id: delivery.row.id });
      return 'stored';
    } catch (error) {
      if (error instanceof StoreTimeout || isTransientDatabaseError(error)) return this.requeue(batch, error, 'away');
      if (batch.length > 1) return this.writeHalves(batch);
      if (!isRowError(error)) return this.requeue(batch, error, 'failed');
      for (const { reject } of batch) reject(error);
      return 'stored';
    }
  }

  private async writeHalves(batch: readonly Waiting[]): Promise<Written> {
    const half = Math.ceil(batch.length / 2);
    const first = await this.write(batch.slice(0, half));
    if (first !== 'away') {
      const second = await this.write(batch.slice(half));
      return second === 'stored' ? first : second;
    }
    this.waiting = [...this.waiting.splice(0, half), ...batch.slice(half), ...this.waiting];
    return first;
  }

  /** Puts the batch back to the front, except for those whose deadline has passed. */
  private requeue<W extends Written>(batch: readonly Waiting[], error: unknown, written: W): W {
    this.warnings.warn({ msg: 'webhooks cannot be stored; retrying until their deadline', err: error });
    const now = performance.now();
    for (const { giveUpAt, reject } of batch) if (giveUpAt <= now) reject(error);
    this.waiting = [...batch.filter(({ giveUpAt }) => giveUpAt > now), ...this.waiting];
    return written;
  }
}

class StoreTimeout extends Error {
  constructor() {
    super(`the database did not store webhooks within ${TIMEOUT_MS} ms`);
  }
}
