import { Injectable } from '@nestjs/common';
import { type LeasedJob } from '../queue/leased-job.js';
import { type RunResult } from '../queue/queue.js';
import { AgentActivitiesRepository } from './agent-activities.repository.js';
import { AgentRegistry } from './agent.registry.js';
import { type StopJob } from './agent-queues.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { AgentUpkeepRepository } from './agent-upkeep.repository.js';
import { LastWordService } from './last-word.service.js';
import { RunningTurns } from './running-turns.js';

/** Stops the turns whose stop was received. */
@Injectable()
export class TurnStopService {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly turns: AgentTurnsRepository,
    private readonly activities: AgentActivitiesRepository,
    private readonly upkeep: AgentUpkeepRepository,
    private readonly running: RunningTurns,
    private readonly lastWords: LastWordService,
  ) {}

  /** Aborts the sessions that run in this process; ends the turns that do not run, and after the grace those that do. */
  async run({ data: { runId } }: LeasedJob<StopJob>): Promise<RunResult<never>> {
    let graceSeconds = 0;
    for (const id of await this.turns.stoppedOf(runId)) {
      this.running.stop(id);
      const turn = await this.turns.find(id);
      if (!turn || turn.state === 'closed') continue;
      const left = await this.graceSecondsOf(turn);
      if (left > 0) graceSeconds = Math.max(graceSeconds, left);
      // A later one must not be answered before it.
      else if (!(await this.stop(turn)))
        return { outcome: 'failed', reason: 'Plane has not taken the answer to a stop' };
    }
    return graceSeconds > 0
      ? { outcome: 'delayed', delaySeconds: graceSeconds, reason: 'its method may say a last word' }
      : { outcome: 'handled' };
  }

  /** Ends a stopped turn with the author's words. Resolves with false where Plane did not take them yet. */
  async stop(turn: AgentTurnEntity): Promise<boolean> {
    await this.activities.addAcknowledgement(turn.id, '', 'dropped');
    const body = this.agents.agent?.options.onStop ?? '';
    return this.lastWords.say(turn, { type: 'response', body, reason: 'it was stopped' });
  }

  /** How long the method of a stopped turn may still say a last word; 0 where it does not run. */
  async graceSecondsOf({ id }: AgentTurnEntity): Promise<number> {
    const { graceSeconds } = await this.upkeep.agesOf(id, this.agents.agent?.options.stopGraceSeconds ?? 0);
    return graceSeconds;
  }
}
