import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DatabaseModule } from '../database/database.module.js';
import { queueSchemaOf } from '../database/queue-schema.js';
import { ObservabilityModule } from '../observability/observability.module.js';
import { BossService } from './boss.service.js';
import { DeadLettersService } from './dead-letters.service.js';
import { JobWakeupsService } from './job-wakeups.service.js';
import { JobCompletions } from './job-completions.service.js';
import { CompletionBatcher } from './completion-batcher.service.js';
import { JobWriterService } from './job-writer.service.js';
import { PgBossSql } from './pgboss.sql.js';
import { OrderingKeysRepository } from './ordering/ordering-keys.repository.js';
import { QueueStatsService } from './queue-stats.service.js';
import { QueueService } from './queue.service.js';
import { RerunsRegistry } from './reruns.registry.js';
import { WaitingJobsService } from './waiting-jobs.service.js';

/** Durable queues on PostgreSQL. */
@Module({
  imports: [DatabaseModule, ObservabilityModule],
  providers: [
    {
      provide: PgBossSql,
      inject: [DataSource],
      useFactory: async (dataSource: DataSource) => new PgBossSql(await queueSchemaOf(dataSource)),
    },
    BossService,
    JobWakeupsService,
    OrderingKeysRepository,
    JobWriterService,
    JobCompletions,
    CompletionBatcher,
    QueueService,
    QueueStatsService,
    RerunsRegistry,
    DeadLettersService,
    WaitingJobsService,
  ],
  exports: [
    PgBossSql,
    QueueService,
    QueueStatsService,
    DeadLettersService,
    RerunsRegistry,
    WaitingJobsService,
    JobWakeupsService,
    JobWriterService,
    OrderingKeysRepository,
  ],
})
export class QueueModule {}
