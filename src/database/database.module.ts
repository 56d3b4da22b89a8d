import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { type DatabaseConfig, databaseConfig } from '../config/areas/database.config.js';
import { dataSourceOptions } from './data-source-options.js';
import { SchemaCheckService } from './schema-check.service.js';

/** The connection pool, and the check that the schema is current. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [databaseConfig.KEY],
      useFactory: (config: DatabaseConfig) => ({
        ...dataSourceOptions(config.databaseUrl, config.databasePoolSize),
        migrations: MIGRATIONS,
        autoLoadEntities: true,
        retryAttempts: 0,
      }),
    }),
  ],
  providers: [
    {
      provide: SchemaCheckService,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) => SchemaCheckService.on(dataSource),
    },
  ],
  exports: [SchemaCheckService],
})
export class DatabaseModule {}
