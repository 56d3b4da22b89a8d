import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Drain } from '../config/drain.js';
import { type Installation } from '../installations/installation.js';
import { CatchUpListsRepository } from './catch-up-lists.repository.js';
import { type CatchUpRun } from './catch-up-run.js';
import { CatchUpRunsRepository } from './catch-up-runs.repository.js';
import { CatchUpStatesRepository } from './catch-up-states.repository.js';
import { type CatchUpStep, stepOf } from './catch-up-step.js';
import { CatchUpTiming } from './catch-up-timing.js';
import { ItemReaderService } from './item-reader.service.js';
import { ListReaderService } from './list-reader.service.js';
import { LivenessService } from './liveness.service.js';
import { type PlaneReads } from './plane-reads.js';

/** Carries out catch-ups, step by step: what a step stored stays when the process is killed. */
@Injectable()
export class CatchUpRunner {
  private readonly logger = new Logger('Catch-up');

  constructor(
    private readonly dataSource: DataSource,
    private readonly runs: CatchUpRunsRepository,
    private readonly states: CatchUpStatesRepository,
    private readonly lists: CatchUpListsRepository,
    private readonly listReader: ListReaderService,
    private readonly itemReader: ItemReaderService,
    private readonly liveness: LivenessService,
    private readonly timing: CatchUpTiming,
    private readonly drain: Drain,
  ) {}

  /**
   * Continues a run for some seconds. Resolves with whether it has ended.
   *
   * @throws {DomainError} `plane_budget_spent`; {@link PlaneError}
   */
  async advance(run: CatchUpRun, installation: Installation, reads: PlaneReads, signal: AbortSignal): Promise<boolean> {
    const stopAt = performance.now() + this.timing.sliceSeconds * 1000;
    const mayContinue = (): boolean => !signal.aborted && !this.drain.draining.aborted && performance.now() < stopAt;
    let current: CatchUpRun | undefined = run;
    while (current && !current.endedAt) {
      if (!(await this.next(stepOf(current, installation, reads)))) {
        await this.finish(current, installation);
        return true;
      }
      if (!mayContinue()) return false;
      current = await this.runs.find(run.id);
    }
    return true;
  }

  /** Resolves with false where nothing is left. */
  private async next(step: CatchUpStep): Promise<boolean> {
    const { run } = step;
    const { projects, isAnnouncedRead } = run.progress;
    if (!projects) {
      await this.listReader.readProjects(step);
      return true;
    }
    const [projectId, ...later] = projects;
    if (projectId !== undefined) {
      await this.listReader.readProject(step, projectId, later);
      return true;
    }
    if (!isAnnouncedRead) {
      await this.listReader.readAnnounced(step);
      return true;
    }
    const item = await this.lists.nextItem(run.id);
    if (item) await this.itemReader.read(step, item);
    return item !== undefined;
  }

  private async finish({ id, installationId }: CatchUpRun, installation: Installation): Promise<void> {
    const run = await this.runs.find(id);
    if (!run) return;
    const isMissing = run.lastMissedAt !== null || run.reason === 'outage';
    const missedSince = await this.liveness.missedAfter(run, installation);
    await this.dataSource.transaction(async (transaction) => {
      await this.states.caughtUp(transaction, installationId, run.until, missedSince);
      if (!isMissing) await this.runs.dropUnexplained(transaction, id);
      await this.runs.end(id, 'done', null, transaction);
    });
    await this.liveness.report(installationId, missedSince);
    const { reason, since, until, recovered, known, unrecoverable, calls } = run;
    const msg = recovered > 0 ? 'recovered changes that no webhook announced' : 'a catch-up found no missed change';
    this.logger.log({ msg, installationId, reason, since, until, recovered, known, unrecoverable, calls });
  }
}
