import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { webhooksConfig } from '../config/areas/webhooks.config.js';
import { QueueService } from '../queue/queue.service.js';
import { DeliveryParticipantsRegistry } from '../webhooks/deliveries/delivery-participants.registry.js';
import { AgentEventsService } from './agent-events.service.js';
import { AgentRegistry } from './agent.registry.js';
import { ACKNOWLEDGE_QUEUE, JOB_HEARTBEAT_SECONDS, OPEN_QUEUE, REFUSED_QUEUE, STOP_QUEUE } from './agent-queues.js';

const SECONDS_PER_DAY = 86_400;
const TIMEOUT_SECONDS = 120;
const RETRIES = 8;

/** Declares Hangar's own queues of agents, and takes part in storing their webhooks, where the app has an agent. */
@Injectable()
export class AgentQueuesService implements OnApplicationBootstrap {
  constructor(
    @Inject(webhooksConfig.KEY) private readonly config: ConfigType<typeof webhooksConfig>,
    private readonly agents: AgentRegistry,
    private readonly queue: QueueService,
    private readonly participants: DeliveryParticipantsRegistry,
    private readonly events: AgentEventsService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.agents.agent) return;
    for (const name of [ACKNOWLEDGE_QUEUE, OPEN_QUEUE, STOP_QUEUE, REFUSED_QUEUE])
      await this.queue.declare(name, {
        retryLimit: RETRIES,
        retryDelaySeconds: 1,
        backoff: true,
        timeoutSeconds: TIMEOUT_SECONDS,
        keepSeconds: this.config.deliveryRetentionDays * SECONDS_PER_DAY,
        heartbeatSeconds: JOB_HEARTBEAT_SECONDS,
      });
    this.participants.add(this.events);
  }
}
