import { type DynamicModule, type Type } from '@nestjs/common';
import { getRepositoryToken } from '@nestjs/typeorm';
import { DataSource, type ObjectLiteral, type Repository } from 'typeorm';

/** The entities of the modules that are loaded in this process. */
const LOADED = new Set<Type>();

class OwnEntitiesModule {}

/**
 * A module with the repositories of tables of Hangar's own. Not `TypeOrmModule.forFeature`: what that registers belongs to
 * the default data source of the process, which is another application's where Hangar is a module of that.
 */
export function ownEntities(entities: readonly Type<ObjectLiteral>[]): DynamicModule {
  for (const entity of entities) LOADED.add(entity);
  const providers = entities.map((entity) => ({
    provide: getRepositoryToken(entity),
    inject: [DataSource],
    useFactory: (dataSource: DataSource): Repository<ObjectLiteral> => dataSource.getRepository(entity),
  }));
  return { module: OwnEntitiesModule, providers, exports: providers };
}

/** What the data source of Hangar's tables must know. */
export function loadedEntities(): Type[] {
  return [...LOADED];
}
