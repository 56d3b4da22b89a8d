import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { serializeError } from '../common/serialize-error.js';
import { JobWakeupsService } from '../queue/job-wakeups.service.js';
import { AcknowledgementService } from './acknowledgement.service.js';
import { ActivitySender } from './activity-sender.service.js';
import { AgentActivitiesRepository } from './agent-activities.repository.js';
import { type AgentActivityEntity } from './agent-activity.entity.js';
import { STOPS } from './agent-queues.js';
import { AgentRunsRepository } from './agent-runs.repository.js';
import { type AgentTurnEntity, type TurnOutcome } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { AgentUpkeepRepository } from './agent-upkeep.repository.js';

/** What Hangar itself says at the end of a turn. */
export interface LastWord {
  readonly type: 'response' | 'error';
  readonly body: string;
  /** For operators. */
  readonly reason: string;
  /** In the body, for operators to search by. */
  readonly reference?: string;
}

/** Ends turns whose method does not: with a last word of Hangar's, each posted once. */
@Injectable()
export class LastWordService {
  private readonly logger = new Logger(LastWordService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly runs: AgentRunsRepository,
    private readonly turns: AgentTurnsRepository,
    private readonly activities: AgentActivitiesRepository,
    private readonly upkeep: AgentUpkeepRepository,
    private readonly acknowledgements: AcknowledgementService,
    private readonly sender: ActivitySender,
    private readonly wakeups: JobWakeupsService,
  ) {}

  /**
   * Posts it, or the answer that the turn has by now, and closes the turn. Resolves with false where Plane did not take it yet:
   * it is stored, and to be tried again. What Plane rejects is not posted; the turn is closed all the same.
   */
  async say(turn: AgentTurnEntity, word: LastWord): Promise<boolean> {
    await this.acknowledgements.settle(turn.id);
    const { activity, added } = await this.stored(turn, word);
    if (!activity) return true;
    await this.upkeep.note(turn.id, word.reason, word.reference);
    return this.post(turn, activity, !added);
  }

  /** Posts the answer that the turn has, where it is not posted. Resolves with false where there is none, or Plane does not take it yet. */
  async sayStored(turn: AgentTurnEntity): Promise<boolean> {
    const answer = await this.activities.closingOf(turn.id);
    if (answer?.status !== 'pending') return false;
    return this.sender.send(turn, answer, { priority: 'interactive', mayBeSent: true }).then(
      ({ sent }) => sent,
      () => false, // Plane rejects it: the method runs again
    );
  }

  private async post(turn: AgentTurnEntity, activity: AgentActivityEntity, mayBeSent: boolean): Promise<boolean> {
    try {
      return (await this.sender.send(turn, activity, { priority: 'interactive', mayBeSent })).sent;
    } catch (error) {
      this.logger.warn({ msg: 'Plane rejects the last word of a turn', turn: turn.id, err: error });
      await this.close(turn, 'failed', `Plane rejects the last word: ${serializeError(error).message}`);
      return true;
    }
  }

  /** Closes the turn without a word: none can be posted. */
  async close({ id, run }: AgentTurnEntity, outcome: TurnOutcome, reason: string): Promise<void> {
    await this.dataSource.transaction(async (transaction) => {
      await this.runs.lock(transaction, run.id);
      await this.turns.close(transaction, id, outcome, reason);
      this.wakeups.track(transaction, STOPS); // its method may run
    });
    await this.upkeep.endIfIdle(run.id);
  }

  private async stored(
    turn: AgentTurnEntity,
    { type, body }: LastWord,
  ): Promise<{ activity: AgentActivityEntity | undefined; added: boolean }> {
    const added = await this.activities.add(turn.id, undefined, { type, content: { type, body }, closes: true });
    if (added) return { activity: added, added: true };
    const answer = await this.activities.closingOf(turn.id);
    return { activity: answer?.status === 'pending' ? answer : undefined, added: false };
  }
}
