import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { type ConsentRequester, ConsentRequestsRegistry } from '../oauth/consent-requests.registry.js';
import { QueueService } from '../queue/queue.service.js';
import { REFUSED_QUEUE, type TurnJob } from './agent-queues.js';
import { AgentRegistry } from './agent.registry.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';

/** Has turns ended whose user refuses the consent that the agent asked for. */
@Injectable()
export class RefusedConsentsService implements ConsentRequester {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly turns: AgentTurnsRepository,
    private readonly dataSource: DataSource,
    private readonly queue: QueueService,
    requests: ConsentRequestsRegistry,
  ) {
    requests.add(this);
  }

  async onRefused(turnId: string): Promise<void> {
    if (!this.agents.agent || !isUuid(turnId)) return;
    const turn = await this.turns.find(turnId);
    if (!turn) return;
    const data: TurnJob = { connectionId: turn.run.connectionId, turnId };
    await this.dataSource.transaction((transaction) => this.queue.enqueue(transaction, REFUSED_QUEUE, [{ data }]));
  }
}
