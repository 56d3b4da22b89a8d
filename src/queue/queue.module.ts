import { Module } from '@nestjs/common';
import { QueueService } from './queue.service.js';

/** Durable queues on PostgreSQL. */
@Module({
  providers: [QueueService],
  exports: [QueueService],
})
export class QueueModule {}
