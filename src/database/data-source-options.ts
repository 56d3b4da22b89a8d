import { type DataSourceOptions } from 'typeorm';
import { type Secret } from '../common/secret.js';
import { SESSION_SETTINGS } from './session-settings.js';

const CONNECT_TIMEOUT_MS = 5000;
/** For a command, which runs few queries at a time. */
const COMMAND_POOL_SIZE = 4;

/** How TypeORM connects to the database. `synchronize` is never on: only migrations change the schema. */
export function dataSourceOptions(
  url: Secret | undefined,
  poolSize = COMMAND_POOL_SIZE,
): DataSourceOptions & { type: 'postgres' } {
  return {
    type: 'postgres',
    ...(url && { url: url.reveal() }),
    applicationName: 'hangar',
    synchronize: false,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: SESSION_SETTINGS,
    logging: false,
  };
}
