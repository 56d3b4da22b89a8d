import { Command } from 'commander';
import { loadConfig, processEnvironment } from '../config/load-config.js';
import { openDatabase } from '../database/open-database.js';
import { migrateDatabase } from '../migrate.js';
import { type CommonOptions, print } from './output.js';

/** `hangar migrate`: brings the database to the schema of this release. Safe to run twice, also at once. */
export function migrateCommand(): Command {
  return new Command('migrate')
    .description('bring the database to the schema of this release')
    .option('--json', 'print JSON')
    .action(async ({ json }: CommonOptions) => {
      const database = await openDatabase(loadConfig(processEnvironment()), false);
      try {
        const migrations = await migrateDatabase(database.config.databaseUrl.reveal());
        const lines =
          migrations.length === 0 ? ['The schema is current.'] : migrations.map((name) => `ran ${name}`);
        print(json, { migrations }, lines);
      } finally {
        await database.close();
      }
    });
}
