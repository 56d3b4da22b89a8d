import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { QueueService } from '../queue/queue.service.js';
import { AcknowledgementService } from './acknowledgement.service.js';
import {
  ACKNOWLEDGE_QUEUE,
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
  ) {}

  onApplicationBootstrap(): void {
    if (!this.agents.agent) return;
    this.queue.work<TurnJob>(ACKNOWLEDGE_QUEUE, WORK, (job) => this.acknowledgements.run(job));
    this.queue.work<TurnJob>(OPEN_QUEUE, WORK, (job) => this.prompts.run(job));
    this.queue.work<TurnJob>(REFUSED_QUEUE, WORK, (job) => this.runs.refuse(job));
    this.queue.work<StopJob>(STOP_QUEUE, WORK, (job) => this.stops.run(job));
  }
}
