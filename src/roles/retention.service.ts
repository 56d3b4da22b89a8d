import { setTimeout as wait } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Interval } from '@nestjs/schedule';
import { ActivityMinutesRepository } from '../activity/activity-minutes.repository.js';
import { AgentRunsRepository } from '../agents/agent-runs.repository.js';
import { IdempotencyKeysRepository } from '../api/idempotency/idempotency-keys.repository.js';
import { KEY_LIFE_SECONDS } from '../api/idempotency/idempotency.service.js';
import { PeriodicTask } from '../common/periodic-task.js';
import { webhooksConfig } from '../config/areas/webhooks.config.js';
import { Drain } from '../config/drain.js';
import { LogoutTokensRepository } from '../identity/sessions/logout-tokens.repository.js';
import { SessionsService } from '../identity/sessions/sessions.service.js';
import { OAuthStatesRepository } from '../oauth/oauth-states.repository.js';
import { UsedValuesRepository } from '../oauth/used-values.repository.js';
import { CatchUpListsRepository } from '../catch-up/catch-up-lists.repository.js';
import { CatchUpRunsRepository } from '../catch-up/catch-up-runs.repository.js';
import { CallBudgetsRepository } from '../plane/call-budgets.repository.js';
import { OrderingKeysRepository } from '../queue/ordering/ordering-keys.repository.js';
import { QueueService } from '../queue/queue.service.js';
import { TaskAdminService } from '../tasks/task-admin.service.js';
import { TasksRepository } from '../tasks/tasks.repository.js';
import { DeliveriesRepository } from '../webhooks/deliveries/deliveries.repository.js';
import { RecoveredChangesRepository } from '../webhooks/deliveries/recovered-changes.repository.js';
import { DuplicatesRepository } from '../webhooks/deliveries/duplicates.repository.js';
import { OnceRecordsRepository } from '../webhooks/handler-store/once-records.repository.js';
import { WorkItemLookupsRepository } from '../webhooks/work-item-projects/work-item-lookups.repository.js';
import { WorkspaceSecretsService } from '../webhooks/workspace-secrets/workspace-secrets.service.js';

const INTERVAL_MS = 300_000;
/** Rows deleted in one transaction: few, so that other transactions do not wait for their locks. */
const BATCH_SIZE = 1000;
/** Between two batches, for other users of the disk. */
const PAUSE_MS = 50;
const SECONDS_PER_DAY = 86_400;
/** How long a webhook with an event id is a duplicate: Plane signs no time, so an old one verifies for ever. */
const KEY_DAYS = 365;

/** Plane sends a webhook again within the hour; a recovered change is compared with late webhooks for longer. */
const RECOVERED_SECONDS = 3 * SECONDS_PER_DAY;

/** How long tasks that have ended are shown; dead-lettered ones as long as their jobs are kept. */
const TASK_DAYS = 7;

/** Rows that are deleted, after how long, and the method that deletes at most so many and resolves with how many. */
type Retention = readonly [rows: string, after: string, deleteBatch: (limit: number) => Promise<number>];

/**
 * The role `scheduler`: deletes what is past its retention. Replicas share the work. pg-boss deletes completed jobs
 * itself, and dead-lettered ones once a day.
 */
@Injectable()
export class RetentionService {
  private readonly logger = new Logger(RetentionService.name);
  private readonly retentions: readonly Retention[];
  private readonly task: PeriodicTask;

  constructor(
    @Inject(webhooksConfig.KEY) config: ConfigType<typeof webhooksConfig>,
    private readonly drain: Drain,
    budgets: CallBudgetsRepository,
    states: OAuthStatesRepository,
    usedValues: UsedValuesRepository,
    sessions: SessionsService,
    logoutTokens: LogoutTokensRepository,
    idempotencyKeys: IdempotencyKeysRepository,
    activity: ActivityMinutesRepository,
    deliveries: DeliveriesRepository,
    duplicates: DuplicatesRepository,
    ordering: OrderingKeysRepository,
    queue: QueueService,
    workItemLookups: WorkItemLookupsRepository,
    secrets: WorkspaceSecretsService,
    onceRecords: OnceRecordsRepository,
    agentRuns: AgentRunsRepository,
    tasks: TasksRepository,
    taskAdmin: TaskAdminService,
    recoveredChanges: RecoveredChangesRepository,
    catchUpRuns: CatchUpRunsRepository,
    catchUpLists: CatchUpListsRepository,
  ) {
    const days = config.deliveryRetentionDays;
    const seconds = days * SECONDS_PER_DAY;
    const taskSeconds = Math.min(TASK_DAYS * SECONDS_PER_DAY, seconds);
    const keySeconds = Math.max(KEY_DAYS * SECONDS_PER_DAY, seconds);
    this.retentions = [
      ['call budgets', 'a day unused', (limit) => budgets.deleteIdle(limit)],
      ['OAuth states', 'a day after expiry', (limit) => states.deleteOld(limit)],
      ['used OAuth states and codes', 'when they have expired', (limit) => usedValues.deleteExpired(limit)],
      ['console sessions', 'when they have ended', (limit) => sessions.deleteOld(limit)],
      ['used logout tokens', 'when they have expired', (limit) => logoutTokens.deleteOld(limit)],
      ['idempotency keys', 'a day', (limit) => idempotencyKeys.deleteOld(KEY_LIFE_SECONDS, limit)],
      ['activity counts', 'two days', (limit) => activity.deleteOld(limit)],
      ['deliveries', `${days} days`, (limit) => deliveries.deleteOlderThan(seconds, limit)],
      ['keys of deleted deliveries', 'a year', (limit) => deliveries.deleteKeysOlderThan(keySeconds, limit)],
      ['duplicate records', `${days} days`, (limit) => duplicates.deleteOlderThan(seconds, limit)],
      ['recovered changes', 'three days', (limit) => recoveredChanges.deleteOlderThan(RECOVERED_SECONDS, limit)],
      ['catch-ups', `${days} days`, (limit) => catchUpRuns.deleteOlderThan(seconds, limit)],
      ['work items of ended catch-ups', 'their end', () => catchUpLists.deleteLeftItems()],
      ['abandoned blocked jobs', `${days} days`, (limit) => ordering.deleteOlderThan(seconds, limit)],
      ['parked jobs', `${days} days`, (limit) => queue.deleteParkedOlderThan(seconds, limit)],
      ['agent runs', `${days} days`, (limit) => agentRuns.deleteOlderThan(seconds, limit)],
      ['ended tasks', 'a week', (limit) => tasks.deleteOld(taskSeconds, seconds, limit)],
      ['schedules that no release has', 'a week', () => taskAdmin.deleteOrphanedSchedules()],
      ['searches for projects', 'a day unused', (limit) => workItemLookups.deleteUnused(limit)],
      ['records of posted replies', `${days + 1} days`, (limit) => onceRecords.deleteExpired(limit)],
      ['workspace secrets', 'when the app is uninstalled', () => secrets.removeUninstalled()],
    ];
    this.task = new PeriodicTask(
      { name: 'retention', intervalMs: INTERVAL_MS, run: async () => this.deleteAll() },
      drain,
    );
  }

  /** Deletes everything that is past its retention. */
  @Interval(INTERVAL_MS)
  async run(): Promise<void> {
    await this.task.run();
  }

  /** An error concerns one kind of rows; the others are deleted nevertheless. */
  private async deleteAll(): Promise<void> {
    for (const [rows, after, deleteBatch] of this.retentions) {
      try {
        const deleted = await this.deleteBatches(deleteBatch);
        if (deleted > 0) this.logger.log({ msg: 'deleted rows past their retention', rows, after, deleted });
      } catch (err) {
        this.logger.error({ msg: 'failed to delete rows past their retention; retrying', rows, err });
      }
    }
  }

  private async deleteBatches(deleteBatch: Retention[2]): Promise<number> {
    for (let deleted = 0; ; await wait(PAUSE_MS)) {
      if (this.drain.draining.aborted) return deleted;
      const count = await deleteBatch(BATCH_SIZE);
      deleted += count;
      if (count < BATCH_SIZE) return deleted;
    }
  }
}
