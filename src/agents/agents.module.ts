import { Module } from '@nestjs/common';
import { ownEntities } from '../database/own-entities.js';
import { EncryptionModule } from '../encryption/encryption.module.js';
import { InstallationsModule } from '../installations/installations.module.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { ConsentRequestsModule } from '../oauth/consent-requests.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { WebhooksModule } from '../webhooks/webhooks.module.js';
import { AgentActivitiesRepository } from './agent-activities.repository.js';
import { AgentActivityEntity } from './agent-activity.entity.js';
import { AgentEventsService } from './agent-events.service.js';
import { AgentExplorer } from './agent.explorer.js';
import { AgentMetricsService } from './agent-metrics.service.js';
import { AgentQueuesService } from './agent-queues.service.js';
import { AgentRegistry } from './agent.registry.js';
import { AgentRerunsService } from './agent-reruns.service.js';
import { AgentRunEntity } from './agent-run.entity.js';
import { AgentRunPagesRepository } from './agent-run-pages.repository.js';
import { AgentRunsRepository } from './agent-runs.repository.js';
import { AgentRunsService } from './agent-runs.service.js';
import { AgentTurnEntity } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { AgentUninstallParticipant } from './agent-uninstall.participant.js';
import { AgentUpkeepRepository } from './agent-upkeep.repository.js';
import { RefusedConsentsService } from './refused-consents.service.js';
import { SavedStatesService } from './saved-states.service.js';

/** What every role needs of agents: the app's agent, and the runs and turns that webhooks make. */
@Module({
  imports: [
    ownEntities([AgentRunEntity, AgentTurnEntity, AgentActivityEntity]),
    ConsentRequestsModule,
    EncryptionModule,
    InstallationsModule,
    ObservabilityModule,
    QueueModule,
    WebhooksModule,
  ],
  providers: [
    AgentRegistry,
    AgentExplorer,
    AgentRunPagesRepository,
    AgentMetricsService,
    AgentRunsService,
    AgentRerunsService,
    AgentRunsRepository,
    AgentTurnsRepository,
    AgentActivitiesRepository,
    AgentUpkeepRepository,
    SavedStatesService,
    AgentEventsService,
    AgentUninstallParticipant,
    RefusedConsentsService,
    AgentQueuesService,
  ],
  exports: [
    AgentRegistry,
    AgentMetricsService,
    AgentRunsService,
    AgentRunsRepository,
    AgentTurnsRepository,
    AgentActivitiesRepository,
    AgentUpkeepRepository,
    SavedStatesService,
  ],
})
export class AgentsModule {}
