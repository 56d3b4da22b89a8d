import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { LRUCache } from 'lru-cache';
import { serializeError } from '../common/serialize-error.js';
import { agentsConfig } from '../config/areas/agents.config.js';
import { PlaneError } from '../plane/plane.error.js';
import { DeadLettersService } from '../queue/dead-letters.service.js';
import { type LeasedJob } from '../queue/leased-job.js';
import { type RunResult } from '../queue/queue.js';
import { AgentPlaneService } from './agent-plane.service.js';
import { type TurnJob } from './agent-queues.js';
import { type RunOfPlane } from './agent-runs.repository.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { AgentUpkeepRepository } from './agent-upkeep.repository.js';
import { LastWordService } from './last-word.service.js';
import { TurnFailureService } from './turn-failure.service.js';
import { TurnStopService } from './turn-stop.service.js';

const MAX_RUNS = 10_000;
const NOT_FOUND = 404;
const GONE = 410;

const NO_CONSENT =
  'I did not get the permission to act as you within a day. Ask me again, and I will ask for it again.';
const REFUSED = 'You did not permit me to act as you, so I end here.';
const TOO_LONG = 'it was not answered within a day';

/** Ends the turns that nothing else ends: their job is lost, they wait for too long, or Plane has ended their run. */
@Injectable()
export class RunWatchService {
  /** When Plane was asked about a run, by the clock of the process, ms. */
  private readonly askedAt = new LRUCache<string, number>({ max: MAX_RUNS });
  private readonly askEveryMs: number;

  constructor(
    @Inject(agentsConfig.KEY) { agentStaleSeconds }: ConfigType<typeof agentsConfig>,
    private readonly upkeep: AgentUpkeepRepository,
    private readonly turns: AgentTurnsRepository,
    private readonly plane: AgentPlaneService,
    private readonly deadLetters: DeadLettersService,
    private readonly stops: TurnStopService,
    private readonly failures: TurnFailureService,
    private readonly lastWords: LastWordService,
  ) {
    this.askEveryMs = agentStaleSeconds * 1000;
  }

  /** The first turn of a run that is open after those that are over were ended. */
  async openTurnOf(runId: string): Promise<AgentTurnEntity | undefined> {
    for (const turn of await this.upkeep.openOf(runId)) {
      if (await this.endIfOver(turn)) continue;
      return this.isToBeAsked(turn.run.id) && (await this.endIfPlaneHas(turn)) ? undefined : turn;
    }
    return undefined;
  }

  /** Plane rejects what is posted to the run: where it has ended the run, so are the turns. */
  async rejected(turn: AgentTurnEntity, error: unknown): Promise<void> {
    if (!(await this.endIfPlaneHas(turn))) await this.upkeep.note(turn.id, serializeError(error).message);
  }

  /** Ends a turn whose user refuses the consent that it waits for. */
  async refuse({ data: { turnId } }: LeasedJob<TurnJob>): Promise<RunResult<never>> {
    const turn = await this.turns.find(turnId);
    if (turn?.state !== 'parked') return { outcome: 'skipped' };
    const reason = 'the user refuses the consent';
    const isSaid = await this.lastWords.say(turn, { type: 'error', body: REFUSED, reason });
    return isSaid
      ? { outcome: 'handled' }
      : { outcome: 'failed', reason: `${reason}, and Plane has not taken the answer` };
  }

  private async endIfOver(turn: AgentTurnEntity): Promise<boolean> {
    const { overdue } = await this.upkeep.agesOf(turn.id);
    if (turn.stopRequestedAt) {
      if ((await this.stops.graceSecondsOf(turn)) > 0) return false;
      return (await this.stops.stop(turn)) || (overdue && this.close(turn, 'it was stopped'));
    }
    if (await this.lastWords.sayStored(turn)) return true;
    const { letters } = await this.deadLetters.page(letterOf(turn), { limit: 1 });
    const [letter] = letters;
    if (letter) return this.giveUp(turn, letter.error ?? 'its job failed for the last time', overdue);
    if (!overdue) return false;
    const reason = 'the user did not consent within a day';
    if (turn.state === 'parked')
      return (await this.lastWords.say(turn, { type: 'error', body: NO_CONSENT, reason })) || this.close(turn, reason);
    return this.giveUp(turn, turn.reason === null ? TOO_LONG : `${TOO_LONG}: ${turn.reason}`, overdue);
  }

  private async giveUp(turn: AgentTurnEntity, reason: string, overdue: boolean): Promise<boolean> {
    return (await this.failures.fail(turn, reason)) || (overdue && this.close(turn, reason));
  }

  private async close(turn: AgentTurnEntity, reason: string): Promise<boolean> {
    await this.lastWords.close(turn, 'failed', `${reason}; no answer could be posted`);
    return true;
  }

  /** Now and then: no webhook says that Plane has ended a run. */
  private isToBeAsked(runId: string): boolean {
    const now = performance.now();
    const askedAt = this.askedAt.get(runId);
    if (askedAt !== undefined && now - askedAt < this.askEveryMs) return false;
    this.askedAt.set(runId, now);
    return askedAt !== undefined;
  }

  private async endIfPlaneHas(turn: AgentTurnEntity): Promise<boolean> {
    const { id } = turn.run;
    const status = await this.statusOf(turn.run);
    if (status !== 'stopped' && status !== 'gone') return false;
    const [outcome, reason] =
      status === 'gone'
        ? (['failed', 'Plane has the run no more'] as const)
        : (['stopped', 'Plane has stopped the run'] as const);
    for (const open of await this.upkeep.openOf(id)) await this.lastWords.close(open, outcome, reason);
    return true;
  }

  private async statusOf(run: RunOfPlane): Promise<string | undefined> {
    try {
      const { plane, slug } = await this.plane.client(run, { priority: 'background', maxWaitMs: 0 });
      return (await plane.agentRuns.retrieve(slug, run.runId)).status;
    } catch (error) {
      const isGone = error instanceof PlaneError && [NOT_FOUND, GONE].includes(error.planeStatus ?? 0);
      return isGone ? 'gone' : undefined;
    }
  }
}

function letterOf({ handler, deliveryId }: AgentTurnEntity): { handler: string; deliveryId: string } {
  return { handler, deliveryId };
}
