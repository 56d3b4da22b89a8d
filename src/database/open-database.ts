import { type Secret } from '../common/secret.js';
import { type Environment, withVariables } from '../config/environment.js';
import { type HangarConfig } from '../config/hangar-config.js';
import { loadConfig } from '../config/load-config.js';

/** The configuration of a database that is available, and how to stop what was started for it. */
export interface OpenDatabase {
  readonly environment: Environment;
  readonly config: HangarConfig & { readonly databaseUrl: Secret };
  /** Whether it is the embedded PostgreSQL. */
  readonly embedded: boolean;
  readonly close: () => Promise<void>;
}

/**
 * Loads the configuration. Where it names no database, starts the embedded PostgreSQL, and adds `DATABASE_URL` and the
 * generated `HANGAR_ENCRYPTION_KEYS` to the environment.
 *
 * @param exclusive whether this is the one server on the data folder; a command that runs beside a server passes false
 * @throws {ConfigError} before anything is started
 * @throws {EmbeddedDatabaseError} the embedded PostgreSQL cannot be started
 */
export async function openDatabase(environment: Environment, exclusive: boolean): Promise<OpenDatabase> {
  const config = loadConfig(environment);
  if (config.databaseUrl)
    return { environment, config: requireDatabase(config), embedded: false, close: async () => {} };
  const { EmbeddedPostgres } = await import('./embedded/embedded-postgres.js');
  const postgres = await EmbeddedPostgres.open({ dataDir: config.dataDir, exclusive });
  try {
    const variables = {
      NODE_ENV: config.nodeEnv ?? 'development',
      DATABASE_URL: postgres.url,
      ...(await generatedKeys(config)),
    };
    const complete = withVariables(environment, variables);
    const close = async (): Promise<void> => postgres.close();
    return { environment: complete, config: requireDatabase(loadConfig(complete)), embedded: true, close };
  } catch (error) {
    await postgres.close();
    throw error;
  }
}

async function generatedKeys({ encryptionKeys, dataDir }: HangarConfig): Promise<Environment> {
  if (encryptionKeys.length > 0) return {};
  const { generatedKeys } = await import('./embedded/generated-keys.js');
  return { HANGAR_ENCRYPTION_KEYS: generatedKeys(dataDir) };
}

function requireDatabase(config: HangarConfig): OpenDatabase['config'] {
  return config as OpenDatabase['config'];
}
