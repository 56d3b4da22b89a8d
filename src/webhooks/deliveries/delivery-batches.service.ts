import { Injectable } from '@nestjs/common';
import { type DeliveryEntity } from './delivery.entity.js';
import { DeliveryWriterService, type StoredDelivery } from './delivery-writer.service.js';

/** Batches on their way to the database at once: while one commits the next is built. */
const AT_ONCE = 2;
const MOST_ROWS = 256;
const MOST_BYTES = 8_000_000;
/** PostgreSQL's classes of errors that a row's own content makes: data, integrity, limits. */
const ROW_FAULTS = /^(22|23|54)/;

interface Waiting {
  readonly row: DeliveryEntity;
  readonly resolve: (stored: StoredDelivery) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Stores deliveries that arrive together in one transaction (group commit). There is no timer: one that comes alone
 * is stored at once, and those that come while it is being stored go together after it.
 */
@Injectable()
export class DeliveryBatchesService {
  private readonly waiting: Waiting[] = [];
  private running = 0;

  constructor(private readonly writer: DeliveryWriterService) {}

  /** Resolves once the delivery and its jobs are committed, and rejects where they are not. */
  async store(row: DeliveryEntity): Promise<StoredDelivery> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ row, resolve, reject });
      this.begin();
    });
  }

  private begin(): void {
    while (this.running < AT_ONCE && this.waiting.length > 0) {
      this.running += 1;
      void this.run(this.next()).finally(() => {
        this.running -= 1;
        this.begin();
      });
    }
  }

  private next(): Waiting[] {
    let [count, bytes] = [0, 0];
    for (const { row } of this.waiting) {
      bytes += row.body.length;
      if (count > 0 && (count >= MOST_ROWS || bytes > MOST_BYTES)) break;
      count += 1;
    }
    return this.waiting.splice(0, count);
  }

  /** A row that the database refuses fails alone: the batch is halved until it is found. */
  private async run(batch: readonly Waiting[]): Promise<void> {
    try {
      const stored = await this.writer.write(batch.map(({ row }) => row));
      for (const [index, { resolve, row }] of batch.entries())
        resolve(stored[index] ?? { status: 'duplicate', id: row.id });
    } catch (error) {
      if (batch.length > 1 && isRowFault(error)) {
        const half = Math.ceil(batch.length / 2);
        await this.run(batch.slice(0, half));
        await this.run(batch.slice(half));
      } else for (const { reject } of batch) reject(error);
    }
  }
}

function isRowFault(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && ROW_FAULTS.test(code);
}
