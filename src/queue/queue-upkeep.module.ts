import { Module } from '@nestjs/common';
import { StuckOrderRecovery } from './ordering/stuck-order-recovery.service.js';
import { QueueModule } from './queue.module.js';
import { QueueStatisticsService } from './queue-statistics.service.js';

/** The role `scheduler`: lines of jobs do not stand still, and bursts of jobs are found as fast as single ones. */
@Module({ imports: [QueueModule], providers: [StuckOrderRecovery, QueueStatisticsService] })
export class QueueUpkeepModule {}
