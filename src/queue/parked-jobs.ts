import { type EntityManager } from 'typeorm';
import { QUEUE_SCHEMA } from './queue-schema.js';

/** What a parked job waits for: an install of the app in a workspace, a person's consent. */
export type Awaited = `install:${string}` | `consent:${string}`;

/** A job that waits for a person, out of its queue: it uses up no attempt and nobody polls it. */
export interface ParkedJob {
  /** Of the job that was taken; parking it twice is parking it once. */
  readonly id: string;
  readonly queue: string;
  readonly data: object;
}

const PARK = `
  INSERT INTO parked_jobs (id, queue, data, awaits) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`;

/** A job whose queue is gone, with a handler that was renamed, stays where it can be seen. */
const TAKE = `
  DELETE FROM parked_jobs WHERE awaits = $1 AND queue IN (SELECT name FROM ${QUEUE_SCHEMA}.queue)
  RETURNING queue, data, parked_at`;

/** Keeps a job until what it waits for comes. */
export async function parkJob(manager: EntityManager, job: ParkedJob, awaits: Awaited): Promise<void> {
  await manager.query(PARK, [job.id, job.queue, JSON.stringify(job.data), awaits]);
}

/** Takes out the jobs that waited for it, in the caller's transaction: by queue, in the order of their parking. */
export async function takeParkedJobs(
  transaction: EntityManager,
  awaits: Awaited,
): Promise<Map<string, object[]>> {
  const [rows] = await transaction.query<[Row[], number]>(TAKE, [awaits]);
  const inOrder = rows.toSorted((a, b) => a.parked_at.getTime() - b.parked_at.getTime());
  const byQueue = [...Map.groupBy(inOrder, ({ queue }) => queue)];
  return new Map(byQueue.map(([queue, jobs]) => [queue, jobs.map(({ data }) => data)]));
}

interface Row {
  readonly queue: string;
  readonly data: object;
  readonly parked_at: Date;
}
