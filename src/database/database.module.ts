import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { HangarConfig } from '../config/hangar-config.js';
import { dataSourceOptions } from './data-source-options.js';
import { SchemaCheckService } from './schema-check.service.js';

/** The connection pool, and the refusal to start on an old schema. */
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [HangarConfig],
      useFactory: (config: HangarConfig) => ({
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
