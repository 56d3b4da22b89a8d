import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { serializeError } from '../common/serialize-error.js';
import { storable } from '../webhooks/deliveries/delivery-row.js';
import { type DeadLetteredRun } from '../webhooks/discovery/handler.js';
import { AgentRegistry } from './agent.registry.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { LastWordService } from './last-word.service.js';

/** Says to the user that there will be no answer, after the last attempt has failed. */
@Injectable()
export class TurnFailureService implements OnModuleInit {
  private readonly logger = new Logger(TurnFailureService.name);

  constructor(
    private readonly agents: AgentRegistry,
    private readonly turns: AgentTurnsRepository,
    private readonly lastWords: LastWordService,
  ) {}

  onModuleInit(): void {
    this.agents.failWith((run) => this.onDeadLettered(run));
  }

  /** Ends the turn. Resolves with false where Plane did not take the error yet. */
  async fail(turn: AgentTurnEntity, reason: string, error?: unknown): Promise<boolean> {
    const reference = turn.deliveryId;
    const body = this.bodyFor(error, reference);
    return this.lastWords.say(turn, { type: 'error', body, reason, reference });
  }

  private async onDeadLettered({ event, deliveryId, connectionId, reason, error }: DeadLetteredRun): Promise<void> {
    const { prompt, agentRun, workspaceId = '' } = event ?? {};
    const turn =
      prompt && agentRun
        ? await this.turns.ofPrompt(
            { connectionId, workspaceId: storable(workspaceId), runId: storable(agentRun.id) },
            storable(prompt.id),
          )
        : await this.turns.ofDelivery(deliveryId);
    if (turn && turn.state !== 'closed') await this.fail(turn, reason, error);
  }

  private bodyFor(error: unknown, reference: string): string {
    const standard = `I could not answer this. An administrator of this app can look it up by the reference ${reference}.`;
    const { onFailure } = this.agents.agent?.options ?? {};
    if (onFailure === undefined) return standard;
    try {
      const text: unknown = typeof onFailure === 'string' ? onFailure : onFailure(error);
      if (typeof text === 'string' && text.trim() !== '') return text;
      this.logger.error('onFailure of the agent gave no text; the standard one is posted');
    } catch (thrown) {
      const { message } = serializeError(thrown);
      this.logger.error({ msg: `onFailure of the agent threw; the standard text is posted: ${message}`, err: thrown });
    }
    return standard;
  }
}
