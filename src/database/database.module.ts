import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { type DatabaseConfig, databaseConfig } from '../config/areas/database.config.js';
import { dataSourceOptions } from './data-source-options.js';
import { requireCurrentSchema } from './migrator.js';
import { type Pooling, requireUsablePooler } from './pooler.js';
import { requireUtf8, RESPONSIVE } from './session-settings.js';

/** Injects the {@link Pooling} of the database, which was found at the start. */
export const POOLING = Symbol('pooling');

/** Before the connections of the data source: behind an unsuitable pooler they see another schema, and other settings. */
@Module({
  providers: [
    {
      provide: POOLING,
      inject: [databaseConfig.KEY],
      useFactory: async ({ databaseUrl, databaseSchema }: DatabaseConfig): Promise<Pooling> =>
        requireUsablePooler(databaseUrl?.reveal() ?? '', databaseSchema),
    },
  ],
  exports: [POOLING],
})
class PoolerModule {}

/** The connection pool, and the checks that the schema is current and a pooler usable. */
@Module({
  imports: [
    PoolerModule,
    TypeOrmModule.forRootAsync({
      imports: [PoolerModule],
      inject: [databaseConfig.KEY, POOLING], // POOLING: after its check
      useFactory: (config: DatabaseConfig) => {
        const { databaseSchema: schema, databasePoolSize: poolSize } = config;
        const options = dataSourceOptions(config.databaseUrl, { schema, poolSize });
        return {
          ...options,
          extra: { ...options.extra, ...RESPONSIVE },
          migrations: MIGRATIONS,
          autoLoadEntities: true,
          retryAttempts: 0,
        };
      },
      // Before anything else starts on an old schema.
      dataSourceFactory: async (options) => {
        const dataSource = await new DataSource(options as DataSourceOptions).initialize();
        try {
          await requireUtf8(dataSource);
          await requireCurrentSchema(dataSource);
          return dataSource;
        } catch (error) {
          await dataSource.destroy();
          throw error;
        }
      },
    }),
  ],
  exports: [PoolerModule],
})
export class DatabaseModule {}
