import { Command } from 'commander';
import { processEnvironment } from '../config/load-config.js';
import { openDatabase } from '../database/open-database.js';
import { waitForDatabase } from '../database/wait-for-database.js';
import { migrateDatabase } from '../server/migrate.js';
import { wholeNumber } from './arguments.js';
import { type CommonOptions, print } from './output.js';

interface MigrateOptions extends CommonOptions {
  readonly wait: number;
}

/** `hangar migrate`: brings the database to the schema of this release. Safe to run twice, also at once. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database to the schema of this release')
    .option(
      '--wait <seconds>',
      'keep trying for so long while the database cannot be reached',
      wholeNumber,
      0,
    )
    .option('--json', 'print JSON')
    .action(async ({ json, wait }: MigrateOptions) => {
      const database = await openDatabase(processEnvironment(), false);
      try {
        const url = database.config.databaseUrl.reveal();
        const migrations = await waitForDatabase(wait, () => migrateDatabase(url), tellOfWaiting);
        const lines =
          migrations.length === 0 ? ['The schema is current.'] : migrations.map((name) => `ran ${name}`);
        print(json, { migrations }, lines);
      } finally {
        await database.close();
      }
    });
}

/** On standard error: standard output is the result's alone. */
function tellOfWaiting(reason: string, leftSeconds: number): void {
  process.stderr.write(
    `The database of DATABASE_URL cannot be reached (${reason}): ${leftSeconds} s left.\n`,
  );
}
