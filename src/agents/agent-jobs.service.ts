import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DEFAULT_CONNECTION } from '../config/plane-connection.js';
import { type LeasedJob } from '../queue/leased-job.js';
import { type RunResult } from '../queue/queue.js';
import { QueueService } from '../queue/queue.service.js';
import { ConnectionBulkhead } from '../webhooks/dispatch/connection-bulkhead.service.js';
import { AcknowledgementService } from './acknowledgement.service.js';
import {
  ACKNOWLEDGE_QUEUE,
  type AgentJob,
  JOB_HEARTBEAT_SECONDS,
  OPEN_QUEUE,
  REFUSED_QUEUE,
  STOP_QUEUE,
  type StopJob,
  type TurnJob,
} from './agent-queues.js';
import { AgentRegistry } from './agent.registry.js';
import { PromptLookupService } from './prompt-lookup.service.js';
import { RunWatchService } from './run-watch.service.js';
import { TurnStopService } from './turn-stop.service.js';

/** Many, because each waits for Plane. */
const WORK = { concurrency: 50, heartbeatSeconds: JOB_HEARTBEAT_SECONDS };

/** The role `worker`: runs the jobs of Hangar's own queues of agents, whatever handlers the process runs. */
@Injectable()
export class AgentJobsService implements OnApplicationBootstrap {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly queue: QueueService,
    private readonly acknowledgements: AcknowledgementService,
    private readonly prompts: PromptLookupService,
    private readonly stops: TurnStopService,
    private readonly runs: RunWatchService,
    private readonly bulkhead: ConnectionBulkhead,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.agents.agent) return;
    this.work<TurnJob>(ACKNOWLEDGE_QUEUE, (job) => this.acknowledgements.run(job));
    this.work<TurnJob>(OPEN_QUEUE, (job) => this.prompts.run(job));
    this.work<TurnJob>(REFUSED_QUEUE, (job) => this.runs.refuse(job));
    this.work<StopJob>(STOP_QUEUE, (job) => this.stops.run(job));
  }

  private work<T extends AgentJob>(id: string, run: (job: LeasedJob<T>) => Promise<RunResult<never>>): void {
    this.queue.work<T>(id, WORK, (job) => {
      const { connectionId = DEFAULT_CONNECTION } = job.data;
      return this.bulkhead.run({ id, options: WORK }, connectionId, () => run(job));
    });
  }
}
