import { PgBoss } from 'pg-boss';

/** The schema that holds pg-boss's tables. */
export const QUEUE_SCHEMA = 'pgboss';

/** The table in which its jobs are: none of our queues has one of its own. */
export const JOB_TABLE = `${QUEUE_SCHEMA}.job_common`;

/** Creates or updates pg-boss's tables. pg-boss itself keeps two processes from doing it at once. */
export async function migrateQueue(url: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: url,
    schema: QUEUE_SCHEMA,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => undefined); // start() rejects with what matters
  await boss.start();
  await boss.stop({ graceful: false });
}
