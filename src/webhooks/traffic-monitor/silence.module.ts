import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { InstallationsModule } from '../../installations/installations.module.js';
import { SilenceService } from './silence.service.js';
import { WorkspaceTrafficEntity } from './workspace-traffic.entity.js';
import { WorkspaceTrafficRepository } from './workspace-traffic.repository.js';

/** Who has fallen silent. */
@Module({
  imports: [TypeOrmModule.forFeature([WorkspaceTrafficEntity]), InstallationsModule],
  providers: [WorkspaceTrafficRepository, SilenceService],
  exports: [WorkspaceTrafficRepository, SilenceService],
})
export class SilenceModule {}
