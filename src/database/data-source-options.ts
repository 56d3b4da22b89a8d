import { type DataSourceOptions } from 'typeorm';
import { type Secret } from '../common/secret.js';

const CONNECT_TIMEOUT_MS = 5000;
const POOL_SIZE = 10;

/** How TypeORM reaches the database. `synchronize` is never on: the schema is the migrations' alone. */
export function dataSourceOptions(url: Secret | undefined): DataSourceOptions & { type: 'postgres' } {
  return {
    type: 'postgres',
    ...(url && { url: url.reveal() }),
    applicationName: 'hangar',
    synchronize: false,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    poolSize: POOL_SIZE,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    logging: false,
  };
}
