import { type TestDatabase } from './database.js';

/** What the monitor locks: `src/webhooks/traffic-monitor/workspace-traffic.sql.ts`. */
const LOCK = `hashtextextended('connection_traffic', lock_seed())`;

/** Keeps the monitor of every server, which looks each minute, from reading and changing the traffic while `during` runs. */
export async function withoutTrafficMonitor<T>(
  database: Pick<TestDatabase, 'query'>,
  during: () => Promise<T>,
): Promise<T> {
  await database.query(`SELECT pg_advisory_lock(${LOCK})`);
  try {
    return await during();
  } finally {
    await database.query(`SELECT pg_advisory_unlock(${LOCK})`);
  }
}
