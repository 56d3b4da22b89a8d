import { Module } from '@nestjs/common';
import { StuckOrderRecovery } from './ordering/stuck-order-recovery.service.js';
import { QueueModule } from './queue.module.js';
import { TableStatisticsJob } from './table-statistics.job.js';

/** The role `scheduler`: unblocks stuck ordering keys, and keeps PostgreSQL's statistics of the jobs current. */
@Module({ imports: [QueueModule], providers: [StuckOrderRecovery, TableStatisticsJob] })
export class QueueUpkeepModule {}
