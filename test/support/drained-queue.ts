import { setTimeout as wait } from 'node:timers/promises';
import { type TestDatabase } from './database.js';
import { FULL_SIZE } from './full-size.js';
import { until } from './until.js';

const STEP_MS = 200;
const UNFINISHED = `
  SELECT count(*)::int AS unfinished,
         (count(*) FILTER (WHERE state = 'active' AND started_on < now() - interval '5 s'))::int AS abandoned
  FROM pgboss.job WHERE state IN ('created', 'retry', 'active')`;
const MISS_HEARTBEAT = `
  UPDATE pgboss.job SET heartbeat_on = now() - interval '1 hour'
  WHERE state = 'active' AND started_on < now() - interval '5 s'`;

/**
 * Waits until no job is left to be done, dead letters included, by handlers that take no time. At the small size the
 * heartbeats of what a dead process left behind are not waited for: nobody works on a job that alone is left for
 * seconds, so they are made to be missed now.
 */
export async function drainedQueue(
  database: Pick<TestDatabase, 'query'>,
  timeoutMs = 120_000,
): Promise<void> {
  await until(
    'no job to be left',
    async () => {
      await wait(STEP_MS);
      const [row] = await database.query<{ unfinished: number; abandoned: number }>(UNFINISHED);
      if (!row || row.unfinished === 0) return row !== undefined;
      if (!FULL_SIZE && row.abandoned === row.unfinished) await database.query(MISS_HEARTBEAT);
      return false;
    },
    timeoutMs,
  );
}
