import { Module } from '@nestjs/common';
import { ownEntities } from '../database/own-entities.js';
import { AuditModule } from '../audit/audit.module.js';
import { PlaneModule } from '../plane/plane.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { ConnectionStateEntity } from './connection-state.entity.js';
import { ConnectionStatesRepository } from './connection-states.repository.js';
import { InstallAppService } from './install-app.service.js';
import { InstallParticipantsRegistry } from './install-participants.registry.js';
import { InstallationEntity } from './installation.entity.js';
import { InstallationsRepository } from './installations.repository.js';
import { KeyInstallationsService } from './key-installations.service.js';
import { InstallationsService } from './installations.service.js';

/** The workspaces where the app is installed, and the states of connections with an API key. */
@Module({
  imports: [ownEntities([InstallationEntity, ConnectionStateEntity]), AuditModule, PlaneModule, QueueModule],
  providers: [
    InstallationsRepository,
    InstallationsService,
    InstallParticipantsRegistry,
    InstallAppService,
    ConnectionStatesRepository,
    KeyInstallationsService,
  ],
  exports: [InstallationsService, InstallParticipantsRegistry, InstallAppService, KeyInstallationsService],
})
export class InstallationsModule {}
