import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { QueueModule } from '../../queue/queue.module.js';
import { HandlersDiscoveryModule } from '../subscriptions/handlers-discovery.module.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveriesService } from './deliveries.service.js';
import { DeliveryEntity } from './delivery.entity.js';

/** Webhooks as they were stored. */
@Module({
  imports: [TypeOrmModule.forFeature([DeliveryEntity]), QueueModule, HandlersDiscoveryModule],
  providers: [DeliveriesRepository, DeliveriesService],
  exports: [DeliveriesService],
})
export class DeliveriesModule {}
