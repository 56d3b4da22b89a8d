import { Module } from '@nestjs/common';
import { QueueModule } from '../../queue/queue.module.js';
import { HandlerLevelsService } from './handler-levels.service.js';
import { HandlerPausesModule } from '../pauses/handler-pauses.module.js';
import { HandlersDiscoveryModule } from '../discovery/handlers-discovery.module.js';

/** How much each handler has before it. */
@Module({
  imports: [HandlersDiscoveryModule, HandlerPausesModule, QueueModule],
  providers: [HandlerLevelsService],
  exports: [HandlerLevelsService],
})
export class HandlerLevelsModule {}
