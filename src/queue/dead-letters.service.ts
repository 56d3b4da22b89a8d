import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { deadLetterQueueOf, type NewJob } from './queue.js';
import { jobAgain } from './leased-job.js';
import { JobWriterService } from './job-writer.service.js';
import { QUEUE_SCHEMA } from './queue-schema.js';

/** A job that failed for the last time. */
export interface DeadLetter {
  readonly id: string;
  /** The queue that it came from, which is its handler's id. */
  readonly handler: string;
  readonly data: Readonly<Record<string, unknown>>;
  /** Why its last attempt failed. */
  readonly error: string | null;
  readonly failedAt: Date;
}

/** As old as another or older; ids tell those of the same moment apart. */
const PAGE = `
  SELECT job.id, source.name AS handler, job.data, job.source_output ->> 'message' AS error,
         job.created_on AS "failedAt", job.created_on::text AS moment
  FROM ${QUEUE_SCHEMA}.queue AS source JOIN ${QUEUE_SCHEMA}.job ON job.name = source.dead_letter
  WHERE job.state = 'created' AND ($1::text IS NULL OR source.name = $1) AND ($3::uuid[] IS NULL OR job.id = ANY ($3))
    AND ($6::text IS NULL OR job.data ->> 'deliveryId' = $6)
    AND ($4::timestamptz IS NULL OR (job.created_on, job.id) < ($4, $5::uuid))
  ORDER BY job.created_on DESC, job.id DESC LIMIT $2`;

const TAKE = `
  DELETE FROM ${QUEUE_SCHEMA}.job WHERE name = $1 AND id = ANY ($2) AND state = 'created' RETURNING data`;

/** Which dead letters are meant; what is left out does not matter. */
export interface DeadLetterFilter {
  readonly handler?: string;
  /** A text that can be no id is none of them. */
  readonly ids?: readonly string[];
  readonly deliveryId?: string;
}

/** A place in the list of dead letters. */
export interface DeadLetterPlace {
  readonly id: string;
  /** When it failed, as PostgreSQL writes it: to the microsecond. */
  readonly moment: string;
}

/** A part of the list of dead letters. */
export interface DeadLetterPage {
  readonly letters: DeadLetter[];
  /** Where the next part begins; absent on the last one. */
  readonly next?: DeadLetterPlace;
}

/** The jobs that failed for the last time, and their way back. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: JobWriterService,
  ) {}

  /** The newest first, from the one after `before`. */
  async page(
    { handler, ids, deliveryId }: DeadLetterFilter,
    { limit, before }: { readonly limit: number; readonly before?: DeadLetterPlace },
    transaction: EntityManager = this.dataSource.manager,
  ): Promise<DeadLetterPage> {
    const meant = ids?.filter((id) => isUuid(id));
    const place = [before?.moment, before?.id];
    const values = [handler, limit + 1, meant, ...place, deliveryId].map((value) => value ?? null);
    const rows = await transaction.query<(DeadLetter & DeadLetterPlace)[]>(PAGE, values);
    const letters = rows.slice(0, limit).map(({ moment: _moment, ...letter }) => letter);
    const last = rows[limit - 1];
    return { letters, ...(rows.length > limit && last && { next: { id: last.id, moment: last.moment } }) };
  }

  /** Gives them back to their handlers, with all attempts before them. Resolves with how many. */
  async redrive(
    letters: readonly Pick<DeadLetter, 'id' | 'handler'>[],
    transaction?: EntityManager,
  ): Promise<number> {
    let moved = 0;
    for (const [handler, ofHandler] of Map.groupBy(letters, (letter) => letter.handler)) {
      const ids = ofHandler.map(({ id }) => id);
      moved += transaction
        ? await this.move(transaction, handler, ids)
        : await this.dataSource.transaction((own) => this.move(own, handler, ids));
    }
    return moved;
  }

  /** Through the lines of the queue: one that is given back goes to the end of its line. */
  private async move(transaction: EntityManager, handler: string, ids: readonly string[]): Promise<number> {
    const [rows] = await transaction.query<[{ data: LetterData }[], number]>(TAKE, [
      deadLetterQueueOf(handler),
      ids,
    ]);
    const jobs = rows.map(({ data }) => redriven(data));
    await this.jobs.add(transaction, new Map([[handler, jobs]]));
    return rows.length;
  }
}

interface LetterData {
  readonly traceparent?: string;
}

function redriven(data: LetterData): NewJob {
  return { ...jobAgain({ ...data, attemptsBefore: undefined }), trace: { after: data.traceparent } };
}
