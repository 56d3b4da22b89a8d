import { Module } from '@nestjs/common';
import { InstallationsModule } from '../installations/installations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { TokensModule } from '../tokens/tokens.module.js';
import { DispatchModule } from '../webhooks/dispatch/dispatch.module.js';
import { AcknowledgementService } from './acknowledgement.service.js';
import { ActivitySender } from './activity-sender.service.js';
import { AgentHistoryService } from './agent-history.service.js';
import { AgentJobsService } from './agent-jobs.service.js';
import { AgentPlaneService } from './agent-plane.service.js';
import { AgentsModule } from './agents.module.js';
import { AuthorizationsService } from './authorizations.service.js';
import { HeartbeatService } from './heartbeat.service.js';
import { LastWordService } from './last-word.service.js';
import { PromptLookupService } from './prompt-lookup.service.js';
import { RunningTurns } from './running-turns.js';
import { RunWatchService } from './run-watch.service.js';
import { StopWatcher } from './stop-watcher.service.js';
import { TurnFailureService } from './turn-failure.service.js';
import { TurnRunner } from './turn-runner.service.js';
import { TurnStopService } from './turn-stop.service.js';

/** The role `worker`: runs the turns of the app's agent, and posts its activities. */
@Module({
  imports: [AgentsModule, DispatchModule, InstallationsModule, QueueModule, TokensModule],
  providers: [
    AgentPlaneService,
    AgentHistoryService,
    RunningTurns,
    ActivitySender,
    AcknowledgementService,
    PromptLookupService,
    LastWordService,
    AuthorizationsService,
    TurnFailureService,
    TurnStopService,
    StopWatcher,
    RunWatchService,
    HeartbeatService,
    TurnRunner,
    AgentJobsService,
  ],
})
export class AgentsWorkerModule {}
