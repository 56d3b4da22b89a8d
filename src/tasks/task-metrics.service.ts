import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { serverConfig } from '../config/areas/server.config.js';
import { MetricsService, type Reading } from '../observability/metrics.service.js';
import { OPEN_TASK_STATES } from './task-pages.js';
import { TaskPagesRepository } from './task-pages.repository.js';
import { TaskRegistry } from './task.registry.js';

/** A task is moved into its queue within a second. */
const LAG_SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600, 3600];

/** The metrics of tasks. The role `scheduler` alone reads those of the table; every replica would report the same. */
@Injectable()
export class TaskMetricsService {
  private readonly lag;

  constructor(
    @Inject(serverConfig.KEY) config: ConfigType<typeof serverConfig>,
    metrics: MetricsService,
    private readonly registry: TaskRegistry,
    private readonly pages: TaskPagesRepository,
  ) {
    this.lag = metrics.histogram(
      'hangar_task_lag_seconds',
      'From the time at which a task was due to its first run.',
      LAG_SECONDS,
    );
    if (config.roles.includes('scheduler')) this.readTable(metrics);
  }

  /** A task's first run began so long after it was due. */
  began(lateSeconds: number): void {
    this.lag.record(lateSeconds);
  }

  private readTable(metrics: MetricsService): void {
    metrics.gauge('hangar_tasks', 'Tasks that have not ended, by name and state.', () => this.readings());
    metrics.gauge(
      'hangar_tasks_overdue_seconds',
      'For how long the oldest due task has waited to be queued; 0 where none is due.',
      async () => [{ value: await this.pages.overdueSeconds(this.registry.names()) }],
    );
    metrics.gauge(
      'hangar_tasks_orphaned',
      'Tasks that wait for a method which this release does not have, by name.',
      async () => {
        const orphaned = await this.pages.orphaned(this.registry.names());
        return orphaned.map(({ name, count }) => ({ value: count, labels: { task: name } }));
      },
    );
  }

  private async readings(): Promise<Reading[]> {
    const counts = await this.pages.counts();
    const names = new Set([...this.registry.names(), ...counts.map(({ name }) => name)]);
    return [...names].flatMap((task) =>
      OPEN_TASK_STATES.map((state) => {
        const found = counts.find((each) => each.name === task && each.state === state);
        return { value: found?.count ?? 0, labels: { task, state } };
      }),
    );
  }
}
