import { Module } from '@nestjs/common';
import { DatabaseModule } from '../database/database.module.js';
import { QueueModule } from '../queue/queue.module.js';
import { HealthController } from './health.controller.js';
import { ReadinessService } from './readiness.service.js';

/** Liveness and readiness. */
@Module({
  imports: [DatabaseModule, QueueModule],
  controllers: [HealthController],
  providers: [ReadinessService],
})
export class HealthModule {}
