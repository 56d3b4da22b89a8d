import { PgBoss } from 'pg-boss';
import { sessionSettings } from '../database/session-settings.js';

/** The database, the schema of Hangar's tables where one is configured, and that of pg-boss's. */
interface QueueLocation {
  readonly url: string;
  readonly ownSchema: string | undefined;
  readonly schema: string;
  /** Whether it is to be created: that needs a right on the database, even where the schema exists. */
  readonly createSchema: boolean;
}

/** Creates or updates pg-boss's tables. pg-boss takes a lock against other processes that do the same. */
export async function migrateQueue({ url, ownSchema, schema, createSchema }: QueueLocation): Promise<void> {
  const boss = new PgBoss({
    ...sessionSettings(ownSchema),
    connectionString: url,
    schema,
    createSchema,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => undefined); // start() rejects with the same
  await boss.start();
  await boss.stop({ graceful: false });
}
