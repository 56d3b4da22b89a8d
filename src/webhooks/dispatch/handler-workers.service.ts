import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type LifecycleNotice } from '../../lifecycle/lifecycle-event.js';
import { QueueService } from '../../queue/queue.service.js';
import { type RunRecord } from '../deliveries/outcome.js';
import { OutcomesService } from '../deliveries/outcomes.service.js';
import { LifecycleRunnerService } from './lifecycle-runner.service.js';
import { type HandlerJob } from '../deliveries/handler.job.js';
import { AssignedHandlers } from '../discovery/assigned-handlers.service.js';
import { HandlerRunnerService } from './handler-runner.service.js';

/** Runs the jobs of the handlers that are assigned to this process. */
@Injectable()
export class HandlerWorkersService implements OnApplicationBootstrap {
  constructor(
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
          handler.options.concurrency,
          (job) => this.runner.run(handler, job),
          (transaction, records) => this.outcomes.record(transaction, records),
        );
      else
        this.queue.work<LifecycleNotice>(handler.id, handler.options.concurrency, (job) =>
          this.lifecycleRunner.run(handler, job),
        );
  }
}
