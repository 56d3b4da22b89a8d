import { type DataSourceOptions } from 'typeorm';
import { type Secret } from '../common/secret.js';
import { DATABASE_DRIVER } from './database-client.js';
import { sessionSettings } from './session-settings.js';

const CONNECT_TIMEOUT_MS = 5000;
/** For a command, which runs few queries at a time. */
const COMMAND_POOL_SIZE = 4;

/**
 * How TypeORM connects to the database. `synchronize` is never on: only migrations change the schema.
 *
 * @param schema of Hangar's tables, where one is configured
 */
export function dataSourceOptions(
  url: Secret | undefined,
  { schema, poolSize = COMMAND_POOL_SIZE }: { readonly schema?: string | undefined; readonly poolSize?: number } = {},
): DataSourceOptions & { type: 'postgres' } {
  return {
    type: 'postgres',
    driver: DATABASE_DRIVER,
    applicationName: 'hangar',
    synchronize: false,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    // TypeORM's own parser knows no sockets.
    extra: { ...sessionSettings(schema), ...(url && { connectionString: url.reveal() }) },
    logging: false,
  };
}
