import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { ActivityRetentionModule } from './activity/activity-retention.module.js';
import { ServerStartModule } from './audit/server-start.module.js';
import { ConfigModule } from './config/config.module.js';
import { type HangarConfig } from './config/hangar-config.js';
import { IdempotencyRetentionModule } from './console/api/idempotency/idempotency-retention.module.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { IdentityRetentionModule } from './identity/identity-retention.module.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { OAuthRetentionModule } from './oauth/oauth-retention.module.js';
import { ObservabilityModule } from './observability/observability.module.js';
import { PlaneRetentionModule } from './plane/plane-retention.module.js';
import { QueueUpkeepModule } from './queue/queue-upkeep.module.js';
import { TokenScheduleModule } from './tokens/token-schedule.module.js';
import { ReceiverModule } from './webhooks/receiver.module.js';
import { RetentionModule } from './webhooks/retention.module.js';
import { SearchIndexModule } from './webhooks/search-index.module.js';
import { SilenceWatchModule } from './webhooks/silence-watch.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';
import { WorkerModule } from './webhooks/worker.module.js';

/** What a Hangar process is made of: the parts that every process has, and those of its roles. */
@Module({})
export class AppModule {
  /** @param handlers the module with the app's own handlers */
  static async forRoot(config: HangarConfig, handlers: Type): Promise<DynamicModule> {
    const always = [
      ConfigModule.forRoot(config),
      DatabaseModule,
      ObservabilityModule,
      HealthModule,
      ServerStartModule,
      WebhooksModule,
      handlers,
    ];
    const receiver = config.roles.includes('receiver') ? [ReceiverModule, OAuthModule] : [];
    const worker = config.roles.includes('worker') ? [WorkerModule] : [];
    const scheduler = config.roles.includes('scheduler')
      ? [
          TokenScheduleModule,
          PlaneRetentionModule,
          OAuthRetentionModule,
          IdentityRetentionModule,
          RetentionModule,
          ActivityRetentionModule,
          SilenceWatchModule,
          SearchIndexModule,
          QueueUpkeepModule,
          IdempotencyRetentionModule,
        ]
      : [];
    const console = config.roles.includes('console') ? [await consoleModule()] : [];
    return { module: AppModule, imports: [...always, ...receiver, ...worker, ...scheduler, ...console] };
  }
}

/** Read only where it is served: what describes the API and speaks with the identity provider is large. */
async function consoleModule(): Promise<Type> {
  return (await import('./console/console.module.js')).ConsoleModule;
}
