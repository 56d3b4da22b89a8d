import { type Provider, type Type } from '@nestjs/common';
import { ActivityMinutesRepository } from '../../activity/activity-minutes.repository.js';
import { DatabaseModule } from '../../database/database.module.js';
import { LinksRepository } from '../../identity/people/links.repository.js';
import { InstallationsRepository } from '../../installations/installations.repository.js';
import { CallBudgetsRepository } from '../../plane/call-budgets.repository.js';
import { PlaneTiming } from '../../plane/plane-timing.js';
import { BossService } from '../../queue/boss.service.js';
import { JobWakeupsService } from '../../queue/job-wakeups.service.js';
import { PgBossSql } from '../../queue/pgboss.sql.js';
import { QueueService } from '../../queue/queue.service.js';
import { QueueStatsService } from '../../queue/queue-stats.service.js';
import { TokensService } from '../../tokens/tokens.service.js';
import { DeliveriesRepository } from '../../webhooks/deliveries/deliveries.repository.js';
import { DuplicatesRepository } from '../../webhooks/deliveries/duplicates.repository.js';
import { OutcomesService } from '../../webhooks/deliveries/outcomes.service.js';
import { RecoveredChangesRepository } from '../../webhooks/deliveries/recovered-changes.repository.js';
import { TwinNamesRepository } from '../../webhooks/deliveries/twin-names.repository.js';
import { HandlerValuesRepository } from '../../webhooks/handler-store/handler-values.repository.js';
import { OnceRecordsRepository } from '../../webhooks/handler-store/once-records.repository.js';
import { HandlerPausesRepository } from '../../webhooks/pauses/handler-pauses.repository.js';
import { WorkItemLookupsRepository } from '../../webhooks/work-item-projects/work-item-lookups.repository.js';
import { MemoryDatabaseModule } from './memory-database.module.js';
import { MemoryDeliveries, MemoryDuplicates, MemoryOutcomes } from './memory-deliveries.js';
import { MemoryHandlerValues, MemoryOnceRecords } from './memory-handler-store.js';
import { MemoryInstallations } from './memory-installations.js';
import { MemoryCallBudgets, MemoryLookups, VirtualPlaneTiming } from './memory-plane.js';
import { MemoryQueue } from './memory-queue.js';
import { MemoryTokens } from './memory-tokens.js';
import { withoutDatabase } from './no-database.js';
import { type Substitutes } from './substitutes.js';

const CLASSES: readonly (readonly [token: Type, useClass: Type])[] = [
  [QueueService, MemoryQueue],
  [DeliveriesRepository, MemoryDeliveries],
  [DuplicatesRepository, MemoryDuplicates],
  [OutcomesService, MemoryOutcomes],
  [InstallationsRepository, MemoryInstallations],
  [TokensService, MemoryTokens],
  [CallBudgetsRepository, MemoryCallBudgets],
  [PlaneTiming, VirtualPlaneTiming],
  [WorkItemLookupsRepository, MemoryLookups],
  [HandlerValuesRepository, MemoryHandlerValues],
  [OnceRecordsRepository, MemoryOnceRecords],
];

/** What there is none of in memory, by what the pipeline asks of it at the start. */
const NONE: readonly (readonly [token: Type, answers: object])[] = [
  [ActivityMinutesRepository, { add: async () => undefined }],
  [HandlerPausesRepository, { all: async () => [] }],
  [LinksRepository, { of: async () => [] }],
  [QueueStatsService, { all: async () => [] }],
  [RecoveredChangesRepository, { announcedLate: async () => new Map() }],
  [TwinNamesRepository, { announce: async () => [], twinsOf: async () => [], sendsNone: async () => undefined }],
  [BossService, { isRunning: () => true }],
  [JobWakeupsService, { onJobs: () => undefined, track: () => undefined }],
  [PgBossSql as Type, { schema: 'none' }],
];

/** What Hangar's modules get in the place of what needs PostgreSQL. */
export const IN_MEMORY: Substitutes = {
  providers: new Map<unknown, Provider>([
    ...CLASSES.map(([provide, useClass]) => [provide, { provide, useClass }] as const),
    ...NONE.map(
      ([provide, answers]) => [provide, { provide, useValue: withoutDatabase(provide.name, answers) }] as const,
    ),
  ]),
  modules: new Map([[DatabaseModule, MemoryDatabaseModule]]),
};
