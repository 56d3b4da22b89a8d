import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { InstallationsModule } from '../../installations/installations.module.js';
import { TrafficMonitorService } from './traffic-monitor.service.js';
import { WorkspaceTrafficEntity } from './workspace-traffic.entity.js';
import { WorkspaceTrafficRepository } from './workspace-traffic.repository.js';

/** Who has fallen silent. */
@Module({
  imports: [TypeOrmModule.forFeature([WorkspaceTrafficEntity]), InstallationsModule],
  providers: [WorkspaceTrafficRepository, TrafficMonitorService],
  exports: [WorkspaceTrafficRepository, TrafficMonitorService],
})
export class TrafficMonitorModule {}
