import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { DataSource } from 'typeorm';
import { PeriodicTask } from '../common/periodic-task.js';
import { Drain } from '../config/drain.js';
import { type NewJob } from '../queue/queue.js';
import { QueueService } from '../queue/queue.service.js';
import { TaskPagesRepository } from './task-pages.repository.js';
import { TaskRegistry } from './task.registry.js';
import { TasksRepository } from './tasks.repository.js';

const INTERVAL_MS = 1000;
/** Of each task's name in one transaction: a burst becomes visible to workers in steps. */
const BATCH = 500;

/** The data of a job in the queue of a task's method. */
export interface TaskJob {
  readonly taskId: string;
}

/** The role `scheduler`: moves tasks that are due into the queues of their methods. Replicas share the work. */
@Injectable()
export class DueTasksService implements OnApplicationBootstrap {
  private readonly logger = new Logger('Tasks');
  private readonly task: PeriodicTask;

  constructor(
    private readonly dataSource: DataSource,
    private readonly registry: TaskRegistry,
    private readonly tasks: TasksRepository,
    private readonly pages: TaskPagesRepository,
    private readonly queue: QueueService,
    private readonly drain: Drain,
  ) {
    const run = async (): Promise<void> => this.moveAll();
    this.task = new PeriodicTask({ name: 'due tasks', intervalMs: INTERVAL_MS, run }, drain);
  }

  /** Names the tasks that no method of this release takes. */
  async onApplicationBootstrap(): Promise<void> {
    for (const { name, count } of await this.pages.orphaned(this.registry.names()))
      this.logger.warn({
        msg: 'tasks wait for a method that this release does not have; add one with @OnTask, or cancel them: npx hangar tasks list --orphaned',
        task: name,
        count,
      });
  }

  /** Moves everything that is due. Never rejects. */
  @Interval(INTERVAL_MS)
  async run(): Promise<void> {
    await this.task.tick();
  }

  private async moveAll(): Promise<void> {
    const names = this.registry.names();
    while (names.length > 0 && !this.drain.draining.aborted) if ((await this.moveBatch(names)) < BATCH) return;
  }

  private async moveBatch(names: readonly string[]): Promise<number> {
    return this.dataSource.transaction(async (transaction) => {
      const moved = await this.tasks.moveDue(transaction, names, BATCH);
      const jobs = new Map<string, NewJob[]>();
      for (const [name, ofName] of Map.groupBy(moved, (task) => task.name)) {
        const handler = this.registry.handlerOf(name)?.id ?? '';
        jobs.set(
          handler,
          ofName.map(({ id }) => ({ data: { taskId: id } satisfies TaskJob })),
        );
      }
      await this.queue.enqueueAll(transaction, jobs);
      return moved.length;
    });
  }
}
