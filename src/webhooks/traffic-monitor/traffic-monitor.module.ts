import { Module } from '@nestjs/common';
import { ownEntities } from '../../database/own-entities.js';
import { InstallationsModule } from '../../installations/installations.module.js';
import { ObservabilityModule } from '../../observability/observability.module.js';
import { TrafficMonitorJob } from './traffic-monitor.job.js';
import { TrafficMonitorService } from './traffic-monitor.service.js';
import { WorkspaceTrafficEntity } from './workspace-traffic.entity.js';
import { WorkspaceTrafficRepository } from './workspace-traffic.repository.js';

/** Detects workspaces that stopped sending webhooks. Its job ticks in the role `scheduler` alone. */
@Module({
  imports: [ownEntities([WorkspaceTrafficEntity]), InstallationsModule, ObservabilityModule],
  providers: [WorkspaceTrafficRepository, TrafficMonitorService, TrafficMonitorJob],
  exports: [TrafficMonitorService],
})
export class TrafficMonitorModule {}
