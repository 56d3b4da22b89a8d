import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type LifecycleNotice } from '../../lifecycle/lifecycle-event.js';
import { LIFECYCLE_QUEUE } from '../../lifecycle/lifecycle-events.service.js';
import { type LeasedJob } from '../../queue/leased-job.js';
import { type RunResult } from '../../queue/queue.js';
import { QueueService } from '../../queue/queue.service.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';

/** Adds a job for each lifecycle event and handler of it. */
@Injectable()
export class LifecycleDispatcherService implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly registry: HandlerRegistry,
    private readonly queue: QueueService,
  ) {}

  onApplicationBootstrap(): void {
    this.queue.work<LifecycleNotice>(LIFECYCLE_QUEUE, 1, (job) => this.dispatch(job));
  }

  private async dispatch({ data }: LeasedJob<LifecycleNotice>): Promise<RunResult<never>> {
    await this.dataSource.transaction(async (transaction) => {
      for (const handler of this.registry.onLifecycle(data.name))
        await this.queue.enqueue(transaction, handler.id, [{ data }]);
    });
    return { outcome: 'handled' };
  }
}
