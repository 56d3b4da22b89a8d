import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { AgentsModule } from '../agents/agents.module.js';
import { IdentityModule } from '../identity/identity.module.js';
import { PeopleModule } from '../identity/people/people.module.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { WorkspaceSecretsModule } from '../webhooks/workspace-secrets/workspace-secrets.module.js';
import { TrafficMonitorModule } from '../webhooks/traffic-monitor/traffic-monitor.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { OperationsModule } from '../operations/operations.module.js';
import { AgentController } from './agents/agent.controller.js';
import { AgentsController } from './agents/agents.controller.js';
import { AssetsController } from './assets/assets.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { DeadLettersController } from './dead-letters/dead-letters.controller.js';
import { DeliveriesController } from './deliveries/deliveries.controller.js';
import { DeliveryController } from './deliveries/delivery.controller.js';
import { DeliveryListService } from './deliveries/delivery-list.service.js';
import { PageFrameService } from './frame/page-frame.service.js';
import { HandlersController } from './handlers/handlers.controller.js';
import { InstallationsController } from './installations/installations.controller.js';
import { LiveStreamsService } from './live/live-streams.service.js';
import { OverviewController } from './overview/overview.controller.js';
import { OverviewService } from './overview/overview.service.js';
import { LinksController } from './people/links.controller.js';
import { PeopleController } from './people/people.controller.js';
import { TaskController } from './tasks/task.controller.js';
import { TasksController } from './tasks/tasks.controller.js';
import { WebhookSecretsController } from './webhook-secrets/webhook-secrets.controller.js';
import { TokensController } from './tokens/tokens.controller.js';

/** `/console`: the operators' web pages. */
@Module({
  imports: [
    OperationsModule,
    ActivityModule,
    AgentsModule,
    IdentityModule,
    InstallationsModule,
    PeopleModule,
    QueueModule,
    TrafficMonitorModule,
    TokensModule,
    WebhooksModule,
    WorkspaceSecretsModule,
  ],
  providers: [DeliveryListService, LiveStreamsService, OverviewService, PageFrameService],
  controllers: [
    AssetsController,
    OverviewController,
    DeliveriesController,
    DeliveryController,
    DeadLettersController,
    HandlersController,
    AgentsController,
    AgentController,
    TasksController,
    TaskController,
    InstallationsController,
    TokensController,
    WebhookSecretsController,
    PeopleController,
    AuditController,
    LinksController,
  ],
})
export class PagesModule {}
