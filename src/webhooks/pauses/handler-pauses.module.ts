import { Module } from '@nestjs/common';
import { ownEntities } from '../../database/own-entities.js';
import { ObservabilityModule } from '../../observability/observability.module.js';
import { QueueModule } from '../../queue/queue.module.js';
import { HandlersDiscoveryModule } from '../discovery/handlers-discovery.module.js';
import { HandlerPausesService } from './handler-pauses.service.js';
import { HandlerPauseEntity } from './handler-pause.entity.js';
import { HandlerPausesRepository } from './handler-pauses.repository.js';
import { HandlerStatsService } from './handler-stats.service.js';

/** Pauses of handlers, and how many jobs each handler has. */
@Module({
  imports: [ownEntities([HandlerPauseEntity]), ObservabilityModule, QueueModule, HandlersDiscoveryModule],
  providers: [HandlerPausesRepository, HandlerPausesService, HandlerStatsService],
  exports: [HandlerPausesService, HandlerStatsService],
})
export class HandlerPausesModule {}
