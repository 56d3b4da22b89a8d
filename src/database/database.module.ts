import { type DynamicModule, Global, Module } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { MIGRATIONS } from '../../migrations/migrations.js';
import { type DatabaseConfig, databaseConfig } from '../config/areas/database.config.js';
import { dataSourceOptions } from './data-source-options.js';
import { requireCurrentSchema } from './migrator.js';
import { loadedEntities } from './own-entities.js';
import { type Pooling, requireUsablePooler } from './pooler.js';
import { requireUtf8, RESPONSIVE } from './session-settings.js';

/** Injects the {@link Pooling} of the database, which was found at the start. */
export const POOLING = Symbol('pooling');

/** The name of the data source where Hangar is a module of another application, whose own is TypeORM's default. */
export const DATA_SOURCE_NAME = 'hangar';

/** How the connections are pooled. Before those of the data source: behind an unsuitable pooler they see another schema, and other settings. */
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
export class DatabaseModule {}

/** Makes the data source with a name injectable as {@link DataSource}, in Hangar's own container. */
@Global()
@Module({
  providers: [{ provide: DataSource, useExisting: getDataSourceToken(DATA_SOURCE_NAME) }],
  exports: [DataSource],
})
class NamedDataSourceModule {}

/** The connection pool, and the checks that the schema is current and a pooler usable. */
@Module({})
export class DataSourceModule {
  /** TypeORM's default data source of this process. The app's entities belong to it too. */
  static asDefault(): DynamicModule {
    return { module: DataSourceModule, imports: [dataSource({ autoLoadEntities: true })] };
  }

  /** A data source called {@link DATA_SOURCE_NAME}, with Hangar's own entities alone. */
  static named(): DynamicModule {
    return { module: DataSourceModule, imports: [dataSource({}, DATA_SOURCE_NAME), NamedDataSourceModule] };
  }
}

function dataSource(more: { autoLoadEntities?: boolean }, name?: string): DynamicModule {
  return TypeOrmModule.forRootAsync({
    ...(name !== undefined && { name }),
    imports: [DatabaseModule],
    inject: [databaseConfig.KEY, POOLING], // POOLING: after its check
    useFactory: (config: DatabaseConfig) => {
      const { databaseSchema: schema, databasePoolSize: poolSize } = config;
      const options = dataSourceOptions(config.databaseUrl, { schema, poolSize });
      return {
        ...options,
        ...more,
        extra: { ...options.extra, ...RESPONSIVE },
        entities: loadedEntities(),
        migrations: MIGRATIONS,
        retryAttempts: 0,
      };
    },
    dataSourceFactory: async (options) => checked(options as DataSourceOptions),
  });
}

/** Before anything else starts on an old schema. */
async function checked(options: DataSourceOptions): Promise<DataSource> {
  const dataSource = await new DataSource(options).initialize();
  try {
    await requireUtf8(dataSource);
    await requireCurrentSchema(dataSource);
    return dataSource;
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
}
