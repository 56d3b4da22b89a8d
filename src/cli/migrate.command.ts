import { Command } from 'commander';
import { processEnvironment } from '../config/load-config.js';
import { openDatabase } from '../database/open-database.js';
import { waitForDatabase } from '../database/wait-for-database.js';
import { findApp } from '../server/find-app.js';
import { migrateDatabase } from '../server/migrate.js';
import { wholeNumber } from './arguments.js';
import { type CommonOptions, print } from './output.js';

interface MigrateOptions extends CommonOptions {
  readonly wait: number;
}

/** `hangar migrate`: updates the database schema to this release. Safe to repeat, also concurrently. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description("update the database schema to this release, and run the app's migrations")
    .option('--wait <seconds>', 'retry for this long if the database cannot be reached', wholeNumber, 0)
    .option('--json', 'print JSON')
    .action(async ({ json, wait }: MigrateOptions) => {
      const app = await findApp();
      const database = await openDatabase(processEnvironment(), false);
      try {
        const { databaseUrl, databaseSchema } = database.config;
        const migrate = (): Promise<string[]> => migrateDatabase(databaseUrl.reveal(), databaseSchema, app);
        const migrations = await waitForDatabase(wait, migrate, reportWaiting);
        const lines = migrations.length === 0 ? ['The schema is current.'] : migrations.map((name) => `ran ${name}`);
        print(json, { migrations }, lines);
      } finally {
        await database.close();
      }
    });
}

/** Uses standard error: standard output is for the result. */
function reportWaiting(reason: string, leftSeconds: number): void {
  process.stderr.write(`The database of DATABASE_URL cannot be reached (${reason}): ${leftSeconds} s left.\n`);
}
