import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { AgentsModule } from './agents/agents.module.js';
import { AuditModule } from './audit/audit.module.js';
import { ServerStartService } from './audit/server-start.service.js';
import { CatchUpModule } from './catch-up/catch-up.module.js';
import { ConfigModule } from './config/config.module.js';
import { type HangarConfig } from './config/hangar-config.js';
import { ROLES } from './config/role.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { MetricsSdkModule } from './observability/metrics-sdk.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { roleModules } from './roles/role-modules.js';
import { TasksModule } from './tasks/tasks.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

/** The modules of a Hangar process: those of every process, and those of its roles. */
@Module({})
export class AppModule {
  /** @param app the modules of the app, with its handlers */
  static async forRoot(config: HangarConfig, app: NonNullable<ModuleMetadata['imports']>): Promise<DynamicModule> {
    const always = [
      ConfigModule.forRoot(config),
      DatabaseModule,
      MetricsSdkModule,
      ObservabilityModule,
      HealthModule,
      AuditModule,
      WebhooksModule,
      AgentsModule,
      TasksModule,
      CatchUpModule,
      ...app,
    ];
    const roles = await roleModules(ROLES.filter((role) => config.roles.includes(role)));
    return { module: AppModule, imports: [...always, ...roles], providers: [ServerStartService] };
  }
}
