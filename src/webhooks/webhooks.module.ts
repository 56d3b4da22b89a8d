import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../observability/observability.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { HandlerLevelsModule } from './dispatch/handler-levels.module.js';
import { HandlerPauseMetricsService } from './pauses/handler-pause-metrics.service.js';
import { HandlerPausesModule } from './pauses/handler-pauses.module.js';
import { HandlerPoolService } from './dispatch/handler-pool.service.js';
import { HandlerQueuesService } from './dispatch/handler-queues.service.js';
import { HandlersDiscoveryModule } from './discovery/handlers-discovery.module.js';

/** What every role knows of webhooks: the handlers and their queues, and the deliveries. */
@Module({
  imports: [
    QueueModule,
    ObservabilityModule,
    HandlersDiscoveryModule,
    HandlerLevelsModule,
    HandlerPausesModule,
    DeliveriesModule,
  ],
  providers: [HandlerPoolService, HandlerQueuesService, HandlerPauseMetricsService],
  exports: [
    HandlerPoolService,
    HandlersDiscoveryModule,
    HandlerLevelsModule,
    HandlerPausesModule,
    DeliveriesModule,
  ],
})
export class WebhooksModule {}
