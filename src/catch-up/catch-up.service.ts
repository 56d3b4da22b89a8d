import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { DataSource, type EntityManager } from 'typeorm';
import { webhooksConfig } from '../config/areas/webhooks.config.js';
import {
  type InstallParticipant,
  InstallParticipantsRegistry,
} from '../installations/install-participants.registry.js';
import { type Installation } from '../installations/installation.js';
import { type Grant } from '../plane/plane-answers.js';
import { type NewJob } from '../queue/queue.js';
import { QueueService } from '../queue/queue.service.js';
import { RecoveryService } from '../webhooks/deliveries/recovery.service.js';
import { CatchUpListsRepository } from './catch-up-lists.repository.js';
import { CATCH_UP_QUEUE, type CatchUpGap, type CatchUpJob, type CatchUpRun } from './catch-up-run.js';
import { CatchUpRunsRepository } from './catch-up-runs.repository.js';
import { type CatchUpState, CatchUpStatesRepository } from './catch-up-states.repository.js';
import { CatchUpTiming } from './catch-up-timing.js';
import { catchUpRunning, catchUpTooEarly } from './catch-up.errors.js';

const SECONDS_PER_DAY = 86_400;
const MAX_RUNS = 10;
const MAX_GAPS = 1000;

/** What is known of an installation's catch-ups. */
export interface CatchUpOverview {
  /** `undefined` where it was never checked. */
  readonly state: CatchUpState | undefined;
  /** The last ten, the newest first. */
  readonly runs: readonly CatchUpRun[];
  /** How many changes could not be recovered, of those that are still listed. */
  readonly unrecoverable: number;
}

/** A job of an installation's catch-up: one at a time over all processes. */
export function catchUpJob(installationId: string): NewJob {
  return { data: { installationId } satisfies CatchUpJob, orderingKey: installationId };
}

/** Starts catch-ups on demand, and shows what became of all of them. */
@Injectable()
export class CatchUpService implements InstallParticipant {
  constructor(
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
    private readonly dataSource: DataSource,
    private readonly queue: QueueService,
    private readonly recovery: RecoveryService,
    private readonly runs: CatchUpRunsRepository,
    private readonly states: CatchUpStatesRepository,
    private readonly lists: CatchUpListsRepository,
    private readonly timing: CatchUpTiming,
    participants: InstallParticipantsRegistry,
  ) {
    participants.add(this);
  }

  /**
   * Starts a catch-up of what changed within the last seconds.
   *
   * @param by the operator's name
   * @throws {DomainError} `catch_up_running`; `catch_up_too_early` where the webhooks of that time are deleted already
   */
  async request(installation: Installation, seconds: number, by: string): Promise<CatchUpRun> {
    const { id, workspaceId } = installation;
    const { deliveryRetentionDays: days } = this.config;
    if (seconds > days * SECONDS_PER_DAY) throw catchUpTooEarly(days);
    await this.recovery.begin(installation);
    const now = (await this.states.now()).getTime();
    const until = new Date(now - this.timing.requestSettleSeconds * 1000);
    const since = new Date(Math.min(until.getTime(), now - seconds * 1000));
    return this.dataSource.transaction(async (transaction) => {
      await this.states.add([{ id, workspaceId }], [this.timing.settleSeconds, 0], transaction);
      const wanted = { installationId: id, reason: 'operator', requestedBy: by, since, until } as const;
      const run = await this.runs.create(wanted, transaction);
      if (!run) throw catchUpRunning();
      await this.queue.enqueue(transaction, CATCH_UP_QUEUE, [catchUpJob(id)]);
      return run;
    });
  }

  async overview(installationId: string): Promise<CatchUpOverview> {
    const [state, runs, unrecoverable] = await Promise.all([
      this.states.find(installationId),
      this.runs.list(installationId, MAX_RUNS),
      this.runs.countGaps(installationId),
    ]);
    return { state, runs, unrecoverable };
  }

  /** What could not be recovered, the newest first, at most 1000. */
  async gaps(installationId: string, limit = MAX_GAPS): Promise<CatchUpGap[]> {
    return this.runs.listGaps(installationId, Math.min(limit, MAX_GAPS));
  }

  /** From now on its changes are watched. */
  async onInstall(
    transaction: EntityManager,
    { id, workspaceId }: Installation,
    _grant: Grant,
    added: boolean,
  ): Promise<void> {
    if (added) await this.forget(transaction, id);
    await this.states.add([{ id, workspaceId }], [this.timing.settleSeconds, 0], transaction);
  }

  /** A later install knows nothing of what happened between. */
  async onUninstall(transaction: EntityManager, { id }: Installation): Promise<void> {
    await this.forget(transaction, id);
  }

  private async forget(transaction: EntityManager, installationId: string): Promise<void> {
    await this.states.delete(transaction, installationId);
    await this.lists.deleteLists(transaction, installationId);
  }
}
