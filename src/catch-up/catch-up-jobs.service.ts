import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DomainError } from '../common/domain-error.js';
import { serializeError } from '../common/serialize-error.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { type Installation } from '../installations/installation.js';
import { InstallationsService } from '../installations/installations.service.js';
import { PlaneError } from '../plane/plane.error.js';
import { type LeasedJob } from '../queue/leased-job.js';
import { type RunResult } from '../queue/queue.js';
import { QueueService } from '../queue/queue.service.js';
import { CATCH_UP_HEARTBEAT_SECONDS } from './catch-up-queue.service.js';
import { CATCH_UP_QUEUE, type CatchUpJob } from './catch-up-run.js';
import { CatchUpRunsRepository } from './catch-up-runs.repository.js';
import { CatchUpRunner } from './catch-up-runner.service.js';
import { LivenessService } from './liveness.service.js';
import { type PlaneReads } from './plane-reads.js';
import { WorkspaceReadsService } from './workspace-reads.service.js';

/** Each waits for Plane most of its time; thousands of installations may be due at once. */
const CONCURRENCY = 4;
const TOO_MANY_REQUESTS = 429;
const BUDGET_SECONDS = 60;
const FIRST_RETRY_SECONDS = 15;
const MAX_RETRY_SECONDS = 1800;
/** More than six hours of failures, one after the other. */
const MAX_FAILURES = 20;

/** The role `worker`: checks installations and carries out their catch-ups. */
@Injectable()
export class CatchUpJobsService implements OnApplicationBootstrap {
  private readonly logger = new Logger('Catch-up');

  constructor(
    private readonly connections: PlaneConnections,
    private readonly queue: QueueService,
    private readonly installations: InstallationsService,
    private readonly workspaces: WorkspaceReadsService,
    private readonly runs: CatchUpRunsRepository,
    private readonly liveness: LivenessService,
    private readonly runner: CatchUpRunner,
  ) {}

  onApplicationBootstrap(): void {
    const options = { concurrency: CONCURRENCY, heartbeatSeconds: CATCH_UP_HEARTBEAT_SECONDS };
    this.queue.work<CatchUpJob>(CATCH_UP_QUEUE, options, (job) => this.run(job));
  }

  private async run(job: LeasedJob<CatchUpJob>): Promise<RunResult<never>> {
    const { installationId } = job.data;
    const installation = await this.installations.findById(installationId);
    if (installation?.status !== 'installed' || !this.connections.of(installation))
      return this.endWithout(installationId);
    const reads = this.workspaces.of(installation, job.signal);
    try {
      return await this.work(job, installation, reads);
    } catch (error) {
      return this.afterError(installation, error);
    }
  }

  private async work(
    job: LeasedJob<CatchUpJob>,
    installation: Installation,
    reads: PlaneReads,
  ): Promise<RunResult<never>> {
    const run = (await this.runs.open(installation.id)) ?? (await this.liveness.check(installation, reads));
    if (!run) return { outcome: 'handled' };
    const hasEnded = await this.runner.advance(run, installation, reads, job.signal);
    return hasEnded ? { outcome: 'handled' } : { outcome: 'delayed', delaySeconds: 0, reason: 'more is to be read' };
  }

  private async endWithout(installationId: string): Promise<RunResult<never>> {
    const run = await this.runs.open(installationId);
    if (run) await this.runs.end(run.id, 'failed', 'the app is not installed in the workspace any more');
    return { outcome: 'skipped', reason: 'skipped: the app is not installed there' };
  }

  /** What was stored stays: the run continues from there. A check is made again when it is due. */
  private async afterError({ id, workspaceSlug }: Installation, error: unknown): Promise<RunResult<never>> {
    const run = await this.runs.open(id);
    if (isBudgetSpent(error)) {
      const { retryAfterSeconds = BUDGET_SECONDS } = error as DomainError;
      return run
        ? {
            outcome: 'delayed',
            delaySeconds: retryAfterSeconds,
            reason: "the budget of calls to Plane's API is used up",
          }
        : { outcome: 'delayed', delaySeconds: retryAfterSeconds };
    }
    const { message } = serializeError(error);
    this.logger.warn({ msg: 'a catch-up or its check failed', workspace: workspaceSlug, err: error });
    if (!run) return { outcome: 'skipped', reason: `the check failed: ${message}` };
    const failures = await this.runs.failedAttempt(run.id, message);
    if (failures >= MAX_FAILURES) {
      await this.runs.end(run.id, 'failed', message);
      return { outcome: 'skipped', reason: message };
    }
    const delaySeconds = Math.min(MAX_RETRY_SECONDS, FIRST_RETRY_SECONDS * 2 ** (failures - 1));
    return { outcome: 'delayed', delaySeconds, reason: message };
  }
}

function isBudgetSpent(error: unknown): boolean {
  if (error instanceof PlaneError) return error.planeStatus === TOO_MANY_REQUESTS;
  return error instanceof DomainError && error.code === 'plane_budget_spent';
}
