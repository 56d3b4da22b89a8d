import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type EntityManager } from 'typeorm';
import { type DomainError } from '../common/domain-error.js';
import { agentsConfig } from '../config/areas/agents.config.js';
import { type RerunParticipant, RerunsRegistry } from '../queue/reruns.registry.js';
import { turnNotFailed } from './agent.errors.js';
import { AgentActivitiesRepository } from './agent-activities.repository.js';
import { AgentRunsRepository } from './agent-runs.repository.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { AgentRegistry } from './agent.registry.js';
import { heartbeatSecondsOf } from './heartbeat-interval.js';

/**
 * Opens turns that have failed again, to be run once more: whether operators retry the run, redrive the dead letter, or replay
 * the delivery.
 */
@Injectable()
export class AgentRerunsService implements RerunParticipant {
  constructor(
    @Inject(agentsConfig.KEY) private readonly config: ConfigType<typeof agentsConfig>,
    private readonly agents: AgentRegistry,
    private readonly runs: AgentRunsRepository,
    private readonly turns: AgentTurnsRepository,
    private readonly activities: AgentActivitiesRepository,
    reruns: RerunsRegistry,
  ) {
    reruns.add(this);
  }

  /** The turn is as if it had not failed; its saved state stays. The caller adds its job, and has locked its run. */
  async reopen(transaction: EntityManager, { id, runId }: Pick<AgentTurnEntity, 'id' | 'runId'>): Promise<void> {
    await this.activities.reopen(transaction, id);
    await this.turns.reopen(transaction, id);
    await this.runs.reopen(transaction, runId, heartbeatSecondsOf(this.config));
  }

  async onRerun(
    transaction: EntityManager,
    handler: string,
    deliveryIds: readonly string[],
  ): Promise<Map<string, DomainError>> {
    const refused = new Map<string, DomainError>();
    if (handler !== this.agents.agent?.id) return refused;
    await this.runs.lockOfDeliveries(transaction, deliveryIds);
    for (const turn of await this.turns.closedOf(transaction, handler, deliveryIds))
      if (turn.outcome === 'failed') await this.reopen(transaction, turn);
      else refused.set(turn.deliveryId, turnNotFailed(turn.runId, turn.outcome ?? turn.state));
    return refused;
  }
}
