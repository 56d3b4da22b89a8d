import { Module } from '@nestjs/common';
import { QueueModule } from '../../queue/queue.module.js';
import { HandlerStatsService } from '../pauses/handler-stats.service.js';
import { HandlerPausesModule } from '../pauses/handler-pauses.module.js';
import { HandlersDiscoveryModule } from '../discovery/handlers-discovery.module.js';

/** How much each handler has before it. */
@Module({
  imports: [HandlersDiscoveryModule, HandlerPausesModule, QueueModule],
  providers: [HandlerStatsService],
  exports: [HandlerStatsService],
})
export class HandlerStatsModule {}
