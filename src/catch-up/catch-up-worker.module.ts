import { Module } from '@nestjs/common';
import { InstallationsModule } from '../installations/installations.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { DeliveriesModule } from '../webhooks/deliveries/deliveries.module.js';
import { DispatchModule } from '../webhooks/dispatch/dispatch.module.js';
import { TrafficMonitorModule } from '../webhooks/traffic-monitor/traffic-monitor.module.js';
import { CatchUpJobsService } from './catch-up-jobs.service.js';
import { CatchUpRunner } from './catch-up-runner.service.js';
import { CatchUpModule } from './catch-up.module.js';
import { ItemReaderService } from './item-reader.service.js';
import { ListReaderService } from './list-reader.service.js';
import { LivenessService } from './liveness.service.js';
import { WorkspaceReadsService } from './workspace-reads.service.js';

/** The role `worker`: checks whether webhooks are missing, and catches up. */
@Module({
  imports: [CatchUpModule, DeliveriesModule, DispatchModule, InstallationsModule, QueueModule, TrafficMonitorModule],
  providers: [
    WorkspaceReadsService,
    LivenessService,
    ListReaderService,
    ItemReaderService,
    CatchUpRunner,
    CatchUpJobsService,
  ],
})
export class CatchUpWorkerModule {}
