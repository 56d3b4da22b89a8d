import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { type ModulesContainer } from '@nestjs/core';
import { AgentsModule } from './agents/agents.module.js';
import { AuditModule } from './audit/audit.module.js';
import { ServerStartService } from './audit/server-start.service.js';
import { CatchUpModule } from './catch-up/catch-up.module.js';
import { ConfigModule } from './config/config.module.js';
import { type HangarConfig } from './config/hangar-config.js';
import { ROLES } from './config/role.js';
import { DataSourceModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { MetricsSdkModule } from './observability/metrics-sdk.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { roleModules } from './roles/role-modules.js';
import { TasksModule } from './tasks/tasks.module.js';
import { ClientsModule } from './webhooks/clients/clients.module.js';
import { HOST_MODULES } from './webhooks/discovery/handler-classes.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** Makes the modules of the application injectable that Hangar is a module of. */
class HostModulesModule {}

/** The modules of a Hangar: those of each, and those of its roles. */
@Module({})
export class AppModule {
  /**
   * @param app the modules of the app, with its handlers
   * @param host those of the application that Hangar is a module of: the handlers are theirs, and so is TypeORM's default data source
   */
  static async forRoot(
    config: HangarConfig,
    app: NonNullable<ModuleMetadata['imports']>,
    host?: ModulesContainer,
  ): Promise<DynamicModule> {
    const always = [
      ConfigModule.forRoot(config),
      ...dataSourceModules(host),
      MetricsSdkModule,
      ObservabilityModule,
      HealthModule,
      AuditModule,
      WebhooksModule,
      AgentsModule,
      TasksModule,
      ClientsModule,
      CatchUpModule,
      ...app,
    ];
    const roles = await roleModules(ROLES.filter((role) => config.roles.includes(role)));
    return { module: AppModule, imports: [...always, ...roles], providers: [ServerStartService] };
  }
}

/**
 * The module of the data source, and where the classes with handlers are in another container that of its modules.
 *
 * @param host the modules of an application that imports `HangarModule`
 */
export function dataSourceModules(host: ModulesContainer | undefined): DynamicModule[] {
  if (!host) return [DataSourceModule.asDefault()];
  const providers = [{ provide: HOST_MODULES, useValue: host }];
  return [DataSourceModule.named(), { module: HostModulesModule, global: true, providers, exports: providers }];
}
