import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { QueueModule } from '../queue/queue.module.js';
import { InstallAppService } from './install-app.service.js';
import { InstallParticipantsRegistry } from './install-participants.registry.js';
import { InstallationEntity } from './installation.entity.js';
import { InstallationsRepository } from './installations.repository.js';
import { InstallationsService } from './installations.service.js';

/** The workspaces where the app is installed. */
@Module({
  imports: [TypeOrmModule.forFeature([InstallationEntity]), QueueModule],
  providers: [InstallationsRepository, InstallationsService, InstallParticipantsRegistry, InstallAppService],
  exports: [InstallationsService, InstallParticipantsRegistry, InstallAppService],
})
export class InstallationsModule {}
