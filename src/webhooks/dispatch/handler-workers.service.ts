import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type LifecycleNotice } from '../../lifecycle/lifecycle-event.js';
import { LIFECYCLE_QUEUE } from '../../lifecycle/lifecycle-events.service.js';
import { type LeasedJob } from '../../queue/leased-job.js';
import { type RunResult, type WorkOptions } from '../../queue/queue.js';
import { QueueService } from '../../queue/queue.service.js';
import { type HandlerJob } from '../deliveries/job-plan.service.js';
import { type RunRecord } from '../deliveries/outcome.js';
import { OutcomesService } from '../deliveries/outcomes.service.js';
import { AssignedHandlers } from '../discovery/assigned-handlers.service.js';
import { type AnyHandler } from '../discovery/handler.js';
import { HandlerRegistry } from '../discovery/handler.registry.js';
import { HandlerRunnerService } from './handler-runner.service.js';
import { LifecycleRunnerService } from './lifecycle-runner.service.js';

/** Runs the jobs of the event handlers that are assigned to this process, and makes those of lifecycle events. */
@Injectable()
export class HandlerWorkersService implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly registry: HandlerRegistry,
    private readonly assigned: AssignedHandlers,
    private readonly queue: QueueService,
    private readonly outcomes: OutcomesService,
    private readonly runner: HandlerRunnerService,
    private readonly lifecycleRunner: LifecycleRunnerService,
  ) {}

  onApplicationBootstrap(): void {
    for (const handler of this.assigned.all())
      if (handler.kind === 'plane')
        this.queue.work<HandlerJob, RunRecord>(
          handler.id,
          workOptionsOf(handler),
          (job) => this.runner.run(handler, job),
          (transaction, records) => this.outcomes.record(transaction, records),
        );
      else if (handler.kind === 'lifecycle')
        this.queue.work<LifecycleNotice>(handler.id, workOptionsOf(handler), (job) =>
          this.lifecycleRunner.run(handler, job),
        );
    this.queue.work<LifecycleNotice>(LIFECYCLE_QUEUE, { concurrency: 1 }, (job) => this.dispatch(job));
  }

  /** Adds a job for each handler of a lifecycle event. */
  private async dispatch({ data }: LeasedJob<LifecycleNotice>): Promise<RunResult<never>> {
    await this.dataSource.transaction(async (transaction) => {
      for (const handler of this.registry.onLifecycle(data.name))
        await this.queue.enqueue(transaction, handler.id, [{ data }]);
    });
    return { outcome: 'handled' };
  }
}

/** How a process works on the queue of a handler. */
export function workOptionsOf({
  options: { concurrency },
  heartbeatSeconds,
}: Pick<AnyHandler, 'options' | 'heartbeatSeconds'>): WorkOptions {
  return { concurrency, ...(heartbeatSeconds !== undefined && { heartbeatSeconds }) };
}
