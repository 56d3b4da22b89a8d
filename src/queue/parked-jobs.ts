import { type EntityManager } from 'typeorm';
import { type LeasedJob } from './leased-job.js';
import { TAKE_PARKED } from './pgboss.sql.js';

/** What a parked job waits for: an install of the app in a workspace, a person's consent. */
export type Awaited = `install:${string}` | `consent:${string}`;

const PARK = `
  INSERT INTO parked_jobs (id, queue, data, awaits) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING`;

/** Stores a job outside of its queue until `awaits` happens; parking it twice has no further effect. */
export async function parkJob(manager: EntityManager, { id, queue, data }: LeasedJob, awaits: Awaited): Promise<void> {
  await manager.query(PARK, [id, queue, JSON.stringify(data), awaits]);
}

/** Removes the jobs that wait for this, in the caller's transaction. Resolves with their data by queue, oldest first. */
export async function takeParkedJobs(transaction: EntityManager, awaits: Awaited): Promise<Map<string, object[]>> {
  const [rows] = await transaction.query<[Row[], number]>(TAKE_PARKED, [awaits]);
  const inOrder = rows.toSorted((a, b) => a.parked_at.getTime() - b.parked_at.getTime());
  const byQueue = [...Map.groupBy(inOrder, ({ queue }) => queue)];
  return new Map(byQueue.map(([queue, jobs]) => [queue, jobs.map(({ data }) => data)]));
}

interface Row {
  readonly queue: string;
  readonly data: object;
  readonly parked_at: Date;
}
