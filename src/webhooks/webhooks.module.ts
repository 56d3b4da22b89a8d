import { Module } from '@nestjs/common';
import { QueueModule } from '../queue/queue.module.js';
import { DeliveriesModule } from './deliveries/deliveries.module.js';
import { HandlersDiscoveryModule } from './discovery/handlers-discovery.module.js';
import { HandlerStoreModule } from './handler-store/handler-store.module.js';
import { HandlerQueuesService } from './handler-queues.service.js';
import { HandlerPausesModule } from './pauses/handler-pauses.module.js';

/** What every role needs of webhooks: the handlers with their queues and pauses, and the deliveries. */
@Module({
  imports: [QueueModule, HandlersDiscoveryModule, HandlerPausesModule, HandlerStoreModule, DeliveriesModule],
  providers: [HandlerQueuesService],
  exports: [HandlersDiscoveryModule, HandlerPausesModule, DeliveriesModule],
})
export class WebhooksModule {}
