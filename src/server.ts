import { type HangarConfig } from './config/hangar-config.js';
import { loadConfig } from './config/load-config.js';
import { type Environment } from './config/environment.js';
import { openDatabase } from './database/open-database.js';
import { createHttpApplication } from './http-application.js';
import { migrateDatabase } from './migrate.js';
import { createLogger } from './observability/create-logger.js';
import { NestLogger } from './observability/nest-logger.js';

/** A server that listens. */
export interface RunningServer {
  readonly config: HangarConfig;
  /** Finishes what is under way, then stops everything that was started. */
  close(): Promise<void>;
}

/**
 * Starts Hangar with what its configuration asks for.
 *
 * @throws {ConfigError} the configuration has faults; {@link EmbeddedDatabaseError}, {@link DomainError}: a
 *   person can mend it; nothing is left running in any case.
 */
export async function startServer(environment: Environment): Promise<RunningServer> {
  const closing: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const step of closing.splice(0).toReversed()) await step();
  };
  try {
    const config = await prepare(loadConfig(environment), closing);
    const app = await createHttpApplication(config, new NestLogger(createLogger(config.logLevel)));
    closing.push(() => app.close());
    await app.listen(config.port, config.host);
    return { config, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The database and, in development without a Plane, the simulator. */
async function prepare(config: HangarConfig, closing: (() => Promise<void>)[]): Promise<HangarConfig> {
  const database = await openDatabase(config, true);
  closing.push(() => database.close());
  if (database.embedded) await migrateDatabase(database.config.databaseUrl.reveal());
  return database.config;
}
