import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { HandlerLevelsModule } from './subscriptions/handler-levels.module.js';
import { HandlerQueuesService } from './subscriptions/handler-queues.service.js';
import { HandlersDiscoveryModule } from './subscriptions/handlers-discovery.module.js';

/** What every role knows of webhooks: the handlers and their queues, and the deliveries. */
@Module({
  imports: [QueueModule, HandlersDiscoveryModule, HandlerLevelsModule, DeliveriesModule],
  providers: [HandlerQueuesService],
  exports: [HandlersDiscoveryModule, HandlerLevelsModule, DeliveriesModule],
})
export class WebhooksModule {}
