import { Inject, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { PeriodicTask } from '../common/periodic-task.js';
import { serializeError } from '../common/serialize-error.js';
import { agentsConfig } from '../config/areas/agents.config.js';
import { Drain } from '../config/drain.js';
import { type RunCalls } from './agent-plane.service.js';
import { ActivitySender } from './activity-sender.service.js';
import { AgentRegistry } from './agent.registry.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { AgentUpkeepRepository, type DueRun } from './agent-upkeep.repository.js';
import { LOST_AFTER, STRETCHED_AFTER, URGENT_AFTER } from './heartbeat-interval.js';
import { RunWatchService } from './run-watch.service.js';

/** Of each connection: one whose Plane does not answer takes no place of another's. */
const MAX_AT_ONCE = 30;
const MAX_POLL_MS = 5000;
const MIN_POLL_MS = 200;
/** Polls in the time until a run is stale. */
const POLLS = 60;
/** In the same time, how often a heartbeat is tried that could not be posted. */
const TRIES = 20;

const WORKING = 'Still working on it.';
const WAITING = 'Waiting for the permission to act as you.';

/**
 * Posts something to each run whose turn is open before Plane calls it stale, whichever process runs the turn, or none. First
 * with calls that are left over, at last with the priority of an answer.
 */
@Injectable()
export class HeartbeatService implements OnApplicationBootstrap {
  private readonly logger = new Logger(HeartbeatService.name);
  private readonly task: PeriodicTask;
  private readonly staleSeconds: number;
  /** What is being done for runs, by connection and run: a slow one must not keep others from their heartbeat. */
  private readonly tended = new Map<string, Map<string, Promise<void>>>();

  constructor(
    @Inject(agentsConfig.KEY) { agentStaleSeconds }: ConfigType<typeof agentsConfig>,
    private readonly agents: AgentRegistry,
    private readonly upkeep: AgentUpkeepRepository,
    private readonly runs: RunWatchService,
    private readonly sender: ActivitySender,
    drain: Drain,
  ) {
    this.staleSeconds = agentStaleSeconds;
    const intervalMs = Math.min(MAX_POLL_MS, Math.max(MIN_POLL_MS, (agentStaleSeconds * 1000) / POLLS));
    const run = (): Promise<void> => this.beat();
    drain.waitFor(() => Promise.all([...this.tended.values()].flatMap((runs) => [...runs.values()])));
    this.task = new PeriodicTask({ name: 'heartbeats of agent runs', intervalMs, run }, drain);
  }

  onApplicationBootstrap(): void {
    if (this.agents.agent) this.task.start();
  }

  private async beat(): Promise<void> {
    for (const connectionId of await this.upkeep.connectionsDue()) await this.beatOf(connectionId);
  }

  private async beatOf(connectionId: string): Promise<void> {
    const tended = this.tended.get(connectionId) ?? new Map<string, Promise<void>>();
    this.tended.set(connectionId, tended);
    const room = MAX_AT_ONCE - tended.size;
    if (room <= 0) return;
    for (const run of await this.upkeep.claimDue(connectionId, room, this.staleSeconds / TRIES)) {
      if (tended.has(run.id)) continue;
      const done = this.tend(run).finally(() => tended.delete(run.id));
      tended.set(run.id, done);
    }
  }

  /** Never rejects. */
  private async tend({ id, silentSeconds }: DueRun): Promise<void> {
    try {
      const turn = await this.runs.openTurnOf(id);
      if (!turn) return await this.upkeep.endIfIdle(id);
      const silence = silentSeconds / this.staleSeconds;
      if (turn.state === 'parked' && silence < STRETCHED_AFTER)
        return await this.upkeep.postpone(id, (STRETCHED_AFTER - silence) * this.staleSeconds);
      await this.post(turn, silence);
    } catch (error) {
      this.logger.warn({ msg: 'the heartbeat of an agent run failed; it is tried again', run: id, err: error });
    }
  }

  private async post(turn: AgentTurnEntity, silence: number): Promise<void> {
    const activity = await this.upkeep.addHeartbeat(turn.id, turn.state === 'parked' ? WAITING : WORKING);
    if (!activity) return;
    try {
      const result = await this.sender.send(turn, activity, { ...callsAfter(silence), tries: 1 });
      if (result.sent || silence < LOST_AFTER) return;
      const { message } = serializeError(result.error);
      this.logger.warn({ msg: `an agent run is or becomes stale: ${message}`, run: turn.run.runId, turn: turn.id });
    } catch (error) {
      await this.runs.rejected(turn, error);
    }
  }
}

/** The longer nothing was posted, the more a heartbeat may take of the calls that are left. @param silence part of the time until stale */
function callsAfter(silence: number): RunCalls {
  if (silence < URGENT_AFTER) return { priority: 'background', maxWaitMs: 0 };
  if (silence < STRETCHED_AFTER) return { priority: 'handler', maxWaitMs: 0 };
  return { priority: 'interactive', maxWaitMs: 0 };
}
