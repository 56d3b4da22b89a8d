import { type TestDatabase } from './database.js';
import { ceilingMs, until } from './until.js';

/** A sixth of the ceiling: 10 seconds, and more on a slow machine. */
const ABANDONED_MS = ceilingMs() / 6;
const ABANDONED = `state = 'active' AND started_on < now() - ${ABANDONED_MS} * interval '1 ms'`;
const UNFINISHED = `
  SELECT count(*)::int AS unfinished,
         (count(*) FILTER (WHERE ${ABANDONED}))::int AS abandoned
  FROM pgboss.job WHERE state IN ('created', 'retry', 'active') AND name NOT LIKE '%.dead-letter'`;
const MISS_HEARTBEAT = `
  UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour' WHERE ${ABANDONED}`;

/**
 * Waits until no job is left to be done.
 *
 * @param impatient the heartbeats of what a dead process left behind are not waited for. Where handlers take no time
 *   nobody works on a job that alone is left for so long, so they are made to be missed now.
 */
export async function drainedQueue(database: Pick<TestDatabase, 'query'>, { impatient = false } = {}): Promise<void> {
  await until('no job to be left', async () => {
    const [row] = await database.query<{ unfinished: number; abandoned: number }>(UNFINISHED);
    if (!row || row.unfinished === 0) return row !== undefined;
    if (impatient && row.abandoned === row.unfinished) await database.query(MISS_HEARTBEAT);
    return false;
  });
}

/** How many events have failed for the last time. */
export async function deadLetters(database: Pick<TestDatabase, 'query'>): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `SELECT count(*)::int FROM pgboss.job WHERE name LIKE '%.dead-letter' AND state = 'created'`,
  );
  return row?.count ?? 0;
}
