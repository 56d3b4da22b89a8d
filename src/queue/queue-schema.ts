import { PgBoss } from 'pg-boss';
import { SESSION_SETTINGS } from '../database/session-settings.js';

/** The schema of pg-boss's tables. */
export const QUEUE_SCHEMA = 'pgboss';

/** Creates or updates pg-boss's tables. pg-boss takes a lock against other processes that do the same. */
export async function migrateQueue(url: string): Promise<void> {
  const boss = new PgBoss({
    ...SESSION_SETTINGS,
    connectionString: url,
    schema: QUEUE_SCHEMA,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => undefined); // start() rejects with the same
  await boss.start();
  await boss.stop({ graceful: false });
}
