import { Module } from '@nestjs/common';
import { ObservabilityModule } from '../observability/observability.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { HandlerLevelsModule } from './subscriptions/handler-levels.module.js';
import { HandlerPauseMetricsService } from './subscriptions/handler-pause-metrics.service.js';
import { HandlerPausesModule } from './subscriptions/handler-pauses.module.js';
import { HandlerPoolService } from './subscriptions/handler-pool.service.js';
import { HandlerQueuesService } from './subscriptions/handler-queues.service.js';
import { HandlersDiscoveryModule } from './subscriptions/handlers-discovery.module.js';

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
