import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { JobWriterService } from './job-writer.service.js';
import { requeued } from './leased-job.js';
import { PgBossSql } from './pgboss.sql.js';
import { deadLetterQueueOf, type NewJob } from './queue.js';
import { RerunsRegistry } from './reruns.registry.js';

/** A job whose last attempt failed. */
export interface DeadLetter {
  readonly id: string;
  /** The queue that it was in, which is its handler's id. */
  readonly handler: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Why its last attempt failed. */
  readonly error: string | null;
  /** The app's own lines in the stack of what its last attempt threw, the one that failed first. */
  readonly frames: readonly string[];
  readonly failedAt: Date;
}

/** Selects dead letters; an absent field selects all. */
export interface DeadLetterFilter {
  /** `Class.method`, or `Class` for all methods of the class. */
  readonly handler?: string;
  /** Texts that are no UUID match none. */
  readonly ids?: readonly string[];
  readonly deliveryId?: string;
}

/** The position of a dead letter in the list. */
export interface DeadLetterPlace {
  readonly id: string;
  /** When it failed, as PostgreSQL prints it: with microseconds. */
  readonly moment: string;
}

/** One page of the list of dead letters. */
export interface DeadLetterPage {
  readonly letters: DeadLetter[];
  /** `before` of the next page; absent on the last one. */
  readonly next?: DeadLetterPlace;
}

/** Lists and redrives dead letters. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobWriterService,
    private readonly sql: PgBossSql,
    private readonly reruns: RerunsRegistry,
  ) {}

  /** Newest first, from the one after `before`. */
  async page(
    { handler, ids, deliveryId }: DeadLetterFilter,
    { limit, before }: { readonly limit: number; readonly before?: DeadLetterPlace },
    transaction: EntityManager = this.dataSource.manager,
  ): Promise<DeadLetterPage> {
    const uuids = ids?.filter((id) => isUuid(id));
    const values = [handler, limit + 1, uuids, before?.moment, before?.id, deliveryId].map((value) => value ?? null);
    const rows = await transaction.query<(DeadLetter & DeadLetterPlace)[]>(this.sql.deadLettersPage, values);
    const letters = rows.slice(0, limit).map(({ moment: _moment, ...letter }) => letter);
    const last = rows[limit - 1];
    return { letters, ...(rows.length > limit && last && { next: { id: last.id, moment: last.moment } }) };
  }

  /** Gives them back to their handlers, with all attempts before them. Resolves with how many. */
  async redrive(letters: readonly Pick<DeadLetter, 'id' | 'handler'>[], transaction?: EntityManager): Promise<number> {
    let moved = 0;
    for (const [handler, ofHandler] of Map.groupBy(letters, (letter) => letter.handler)) {
      const ids = ofHandler.map(({ id }) => id);
      moved += transaction
        ? await this.move(transaction, handler, ids)
        : await this.dataSource.transaction((own) => this.move(own, handler, ids));
    }
    return moved;
  }

  /** With an ordering key, a job runs after those that wait by now. */
  private async move(transaction: EntityManager, handler: string, ids: readonly string[]): Promise<number> {
    const [rows] = await transaction.query<[{ data: LetterData }[], number]>(this.sql.takeDeadLetters, [
      deadLetterQueueOf(handler),
      ids,
    ]);
    await this.reruns.notify(
      transaction,
      handler,
      rows.flatMap(({ data: { deliveryId } }) => (deliveryId === undefined ? [] : [deliveryId])),
    );
    const jobs = rows.map(({ data }) => redriven(data));
    await this.jobs.add(transaction, new Map([[handler, jobs]]));
    return rows.length;
  }
}

interface LetterData {
  /** Of a webhook's event. */
  readonly deliveryId?: string;
  readonly traceparent?: string;
}

function redriven(data: LetterData): NewJob {
  return { ...requeued({ ...data, attemptsBefore: undefined }), trace: { after: data.traceparent } };
}
