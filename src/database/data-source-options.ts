import { type DataSourceOptions } from 'typeorm';
import { type Secret } from '../common/secret.js';

const CONNECT_TIMEOUT_MS = 5000;
/** Of a command, which does one thing after the other. */
const COMMAND_POOL_SIZE = 4;

/** How TypeORM reaches the database. `synchronize` is never on: the schema is the migrations' alone. */
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
    logging: false,
  };
}
