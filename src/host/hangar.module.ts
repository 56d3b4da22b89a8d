import { type DynamicModule, Module, type ModuleMetadata, type Type } from '@nestjs/common';
import { hasHandlers } from '../webhooks/discovery/declared-handlers.js';
import { HangarCoreModule } from './hangar-core.module.js';
import { HangarLifecycle } from './hangar-lifecycle.service.js';
import { type ASYNC_OPTIONS_TYPE, type OPTIONS_TYPE } from './hangar.module-definition.js';
import { noHandlers } from './host.errors.js';

/** The module of `forFeature`. */
class HangarFeatureModule {}

/**
 * Hangar as a module of a Nest application on Express or Fastify. The decorated methods of all of the application's
 * providers and controllers are handlers. Hangar has a container of its own: what the application makes global does not
 * apply to Hangar's routes, and nothing of Hangar's to the application's.
 */
@Module({})
export class HangarModule {
  /**
   * To be imported once, by the root module. The application does not start where the configuration is wrong, the database has
   * not been migrated, or a handler cannot be used.
   */
  static forRoot(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return withLifecycle(HangarCoreModule.forRoot(options));
  }

  /** {@link forRoot} with options that `useFactory`, or the method `createHangarOptions` of a class, returns. */
  static forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return withLifecycle(HangarCoreModule.forRootAsync(options));
  }

  /**
   * A module that provides and exports classes with handlers. Handlers in the `providers` of any other module are found as well.
   *
   * @param imports the modules whose exports the classes inject
   * @throws {DomainError} `host_class_without_handlers`
   */
  static forFeature(handlers: readonly Type[], { imports = [] }: Pick<ModuleMetadata, 'imports'> = {}): DynamicModule {
    const wrong = handlers.find((handler) => !hasHandlers(handler.prototype as object));
    if (wrong) throw noHandlers(wrong.name);
    return { module: HangarFeatureModule, imports, providers: [...handlers], exports: [...handlers] };
  }
}

function withLifecycle(core: DynamicModule): DynamicModule {
  return { module: HangarModule, imports: [core], providers: [HangarLifecycle] };
}
