import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource, type EntityManager } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { PeriodicTask } from '../common/periodic-task.js';
import { Drain } from '../config/drain.js';
import { PlaneConnections } from '../config/plane-connections.js';
import { type Installation } from '../installations/installation.js';
import { InstallationsService } from '../installations/installations.service.js';
import { nextOccurrence } from './cron.js';
import { type DueSchedule, type NewRun, SchedulesRepository } from './schedules.repository.js';
import { dueTimeOf } from './spread.js';
import { type Schedule, TaskRegistry } from './task.registry.js';

const INTERVAL_MS = 1000;

/** The role `scheduler`: makes the runs of schedules whose time has come; of all replicas one. */
@Injectable()
export class ScheduleFiringService implements OnApplicationBootstrap {
  private readonly logger = new Logger('Schedules');
  private readonly task: PeriodicTask;

  constructor(
    private readonly connections: PlaneConnections,
    private readonly dataSource: DataSource,
    private readonly registry: TaskRegistry,
    private readonly schedules: SchedulesRepository,
    private readonly installations: InstallationsService,
    drain: Drain,
  ) {
    const run = async (): Promise<void> => this.fireAll();
    this.task = new PeriodicTask({ name: 'schedules', intervalMs: INTERVAL_MS, run }, drain);
  }

  /** A new schedule begins with its next occurrence; one that is known keeps those that it missed. */
  async onApplicationBootstrap(): Promise<void> {
    const all = this.registry.schedules();
    if (all.length === 0) return;
    const now = await this.schedules.now();
    for (const schedule of all)
      await this.schedules.declare(schedule.handler.id, schedule, nextOccurrence(schedule, now));
  }

  /** Makes the runs of what is due. Never rejects. */
  @Interval(INTERVAL_MS)
  async run(): Promise<void> {
    await this.task.tick();
  }

  private async fireAll(): Promise<void> {
    for (const schedule of this.registry.schedules())
      await this.dataSource.transaction((transaction) => this.fire(transaction, schedule));
  }

  /** The next occurrence is the first after now: what was missed before is one run. */
  private async fire(transaction: EntityManager, schedule: Schedule): Promise<void> {
    const { handler, name } = schedule;
    const due = await this.schedules.takeDue(transaction, handler.id, schedule);
    if (!due) return;
    const next = nextOccurrence(schedule, due.now);
    const runs = await this.runsOf(schedule, due, next);
    await this.schedules.addRuns(transaction, name, due.at, runs);
    await this.schedules.advance(transaction, handler.id, next);
    this.logger.log({ msg: 'schedule fired', handler: handler.id, at: due.at, runs: runs.length, next });
  }

  private async runsOf(schedule: Schedule, due: DueSchedule, next: Date): Promise<NewRun[]> {
    const { eachInstallation, spreadSeconds } = schedule;
    if (!eachInstallation) return [{ id: uuid(), installationId: null, workspaceId: null, dueAt: due.at }];
    const live = (await this.installations.all()).filter((each) => this.isLive(each));
    return live.map(({ id: installationId, workspaceId }) => {
      const dueAt = dueTimeOf(installationId, { ...due, next, spreadSeconds });
      return { id: uuid(), installationId, workspaceId, dueAt };
    });
  }

  private isLive(installation: Installation): boolean {
    return installation.status === 'installed' && this.connections.of(installation) !== undefined;
  }
}
