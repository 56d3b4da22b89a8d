import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../observability/observability.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { HandlerStatsModule } from './dispatch/handler-stats.module.js';
import { HandlerPauseMetricsService } from './pauses/handler-pause-metrics.service.js';
import { HandlerPausesModule } from './pauses/handler-pauses.module.js';
import { AssignedHandlers } from './discovery/assigned-handlers.service.js';
import { HandlerQueuesService } from './handler-queues.service.js';
import { HandlersDiscoveryModule } from './discovery/handlers-discovery.module.js';

/** What every role knows of webhooks: the handlers and their queues, and the deliveries. */
@Module({
  imports: [
    QueueModule,
    ObservabilityModule,
    HandlersDiscoveryModule,
    HandlerStatsModule,
    HandlerPausesModule,
    DeliveriesModule,
  ],
  providers: [AssignedHandlers, HandlerQueuesService, HandlerPauseMetricsService],
  exports: [
    AssignedHandlers,
    HandlersDiscoveryModule,
    HandlerStatsModule,
    HandlerPausesModule,
    DeliveriesModule,
  ],
})
export class WebhooksModule {}
