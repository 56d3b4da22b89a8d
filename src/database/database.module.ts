import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { type DatabaseConfig, databaseConfig } from '../config/areas/database.config.js';
import { dataSourceOptions } from './data-source-options.js';
import { requireCurrentSchema } from './migrator.js';
import { requireUtf8 } from './session-settings.js';

/** The connection pool, and the check that the schema is current. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [databaseConfig.KEY],
      useFactory: (config: DatabaseConfig) => ({
        ...dataSourceOptions(config.databaseUrl, {
          schema: config.databaseSchema,
          poolSize: config.databasePoolSize,
        }),
        migrations: MIGRATIONS,
        autoLoadEntities: true,
        retryAttempts: 0,
      }),
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
})
export class DatabaseModule {}
