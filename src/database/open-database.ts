import { Secret } from '../common/secret.js';
import { type HangarConfig } from '../config/hangar-config.js';

/** A configuration that names a database, and how to let go of what was started for it. */
export interface OpenDatabase {
  readonly config: HangarConfig & { readonly databaseUrl: Secret };
  /** Whether the database is our own embedded one. */
  readonly embedded: boolean;
  close(): Promise<void>;
}

/**
 * Fills in what the configuration leaves to the embedded PostgreSQL: its address and the generated key.
 *
 * @param exclusive be the one server on the data folder; a command that works beside a server says false.
 * @throws {EmbeddedDatabaseError} it cannot be started.
 */
export async function openDatabase(config: HangarConfig, exclusive: boolean): Promise<OpenDatabase> {
  const { databaseUrl } = config;
  if (databaseUrl)
    return { config: Object.assign(config, { databaseUrl }), embedded: false, close: async () => {} };
  const { EmbeddedPostgres } = await import('./embedded/embedded-postgres.js');
  const postgres = await EmbeddedPostgres.open({ dataDir: config.dataDir, exclusive });
  const url = new Secret(postgres.url);
  const encryptionKeys = await keysOf(config).catch(async (error: unknown) => {
    await postgres.close();
    throw error;
  });
  return {
    config: Object.assign(config.with({ encryptionKeys }), { databaseUrl: url }),
    embedded: true,
    close: () => postgres.close(),
  };
}

async function keysOf({ encryptionKeys, dataDir }: HangarConfig): Promise<HangarConfig['encryptionKeys']> {
  if (encryptionKeys.length > 0) return encryptionKeys;
  return (await import('./embedded/generated-keys.js')).generatedKeys(dataDir);
}
