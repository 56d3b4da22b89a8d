import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { validate as isUuid } from 'uuid';
import { DeadLettersService } from '../queue/dead-letters.service.js';
import { JobWakeupsService } from '../queue/job-wakeups.service.js';
import { QueueService } from '../queue/queue.service.js';
import { OutcomesService } from '../webhooks/deliveries/outcomes.service.js';
import { unknownHandler } from '../webhooks/discovery/handler.errors.js';
import { AgentRerunsService } from './agent-reruns.service.js';
import { STOP_QUEUE, STOPS, type StopJob } from './agent-queues.js';
import { type AgentRunFilter, type AgentRunPage, type AgentRunTimeline, type TimelineTurn } from './agent-run-pages.js';
import { type ActivityOfTurn, AgentRunPagesRepository } from './agent-run-pages.repository.js';
import { type AgentRunEntity } from './agent-run.entity.js';
import { AgentRunsRepository } from './agent-runs.repository.js';
import { type AgentTurnEntity } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { invalidRunCursor, runEnded, runUnknown, turnNotFailed } from './agent.errors.js';
import { type Agent, AgentRegistry } from './agent.registry.js';
import { turnJobOf } from './turn-job.js';

/** More than a delivery has at one handler. */
const MAX_LETTERS = 100;

/** Lists runs of agents, and stops and retries them for operators. */
@Injectable()
export class AgentRunsService {
  constructor(
    private readonly agents: AgentRegistry,
    private readonly pages: AgentRunPagesRepository,
    private readonly runs: AgentRunsRepository,
    private readonly turns: AgentTurnsRepository,
    private readonly reruns: AgentRerunsService,
    private readonly outcomes: OutcomesService,
    private readonly letters: DeadLettersService,
    private readonly queue: QueueService,
    private readonly wakeups: JobWakeupsService,
  ) {}

  /** Newest first, from the one after `before`. @throws {DomainError} `cursor_invalid` */
  async page(
    filter: AgentRunFilter,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<AgentRunPage> {
    if (page.before !== undefined && !isUuid(page.before)) throw invalidRunCursor(page.before);
    return this.pages.page(filter, page);
  }

  /** A run with its turns. @throws {DomainError} `agent_run_unknown` */
  async timeline(id: string): Promise<AgentRunTimeline> {
    const run = isUuid(id) ? await this.pages.find(id) : undefined;
    if (!run) throw runUnknown(id);
    const turns = await this.pages.turnsOf(id);
    const activities = await this.pages.activitiesOf(turns.map((turn) => turn.id));
    const byTurn = Map.groupBy(activities, ({ turnId }) => turnId);
    const timeline = turns.map((turn) => this.timelineTurn(turn, byTurn.get(turn.id) ?? []));
    return { ...run, turns: await Promise.all(timeline) };
  }

  /**
   * Stops the open turns of a run as the user's stop does, and no later one. Resolves with how many.
   *
   * @throws {DomainError} `agent_run_unknown`, `agent_run_ended`
   */
  async stop(id: string, transaction: EntityManager): Promise<number> {
    const { connectionId } = await this.lock(id, transaction);
    const { count, end } = await this.turns.open(transaction, id);
    if (count === 0) throw runEnded(id);
    await this.runs.stop(transaction, id, end, null);
    await this.turns.stop(transaction, { runId: id, position: end, promptedAt: null });
    const data: StopJob = { connectionId, runId: id, promptId: '' };
    this.wakeups.track(transaction, STOPS);
    await this.queue.enqueue(transaction, STOP_QUEUE, [{ data }]);
    return count;
  }

  /**
   * Opens the last turn of a run again and runs the agent's method on it, with all attempts and its saved state.
   *
   * @throws {DomainError} `agent_run_unknown`, `agent_turn_not_failed`, `handler_unknown`
   */
  async retry(id: string, transaction: EntityManager): Promise<void> {
    await this.lock(id, transaction);
    const turn = await this.turns.lastOf(transaction, id);
    if (turn?.outcome !== 'failed') throw turnNotFailed(id, turn?.outcome ?? turn?.state ?? 'none');
    const job = turnJobOf(this.agentOf(turn), turn.run, turn.deliveryId);
    await this.reruns.reopen(transaction, turn);
    const { deliveryId, handler } = turn;
    const { letters } = await this.letters.page({ deliveryId, handler }, { limit: MAX_LETTERS }, transaction);
    if ((await this.letters.redrive(letters, transaction)) > 0) return;
    await this.queue.enqueue(transaction, handler, [job]);
  }

  /** @throws {DomainError} `handler_unknown` where this release has another agent, or none */
  private agentOf({ handler }: AgentTurnEntity): Agent {
    const { agent } = this.agents;
    if (agent?.id !== handler) throw unknownHandler(handler, agent ? [agent.id] : []);
    return agent;
  }

  private async lock(id: string, transaction: EntityManager): Promise<AgentRunEntity> {
    const run = isUuid(id) ? await this.runs.find(id) : undefined;
    if (!run) throw runUnknown(id);
    await this.runs.lock(transaction, id);
    return run;
  }

  private async timelineTurn(turn: AgentTurnEntity, activities: readonly ActivityOfTurn[]): Promise<TimelineTurn> {
    const outcomes = await this.outcomes.of(turn.deliveryId);
    const attempts = outcomes.find(({ handler }) => handler === turn.handler)?.attempts ?? [];
    const { id, handler, prompt, state, outcome, reason, reference, deliveryId } = turn;
    const { receivedAt, acknowledgedAt, startedAt, stopRequestedAt, endedAt } = turn;
    const times = { receivedAt, acknowledgedAt, startedAt, stopRequestedAt, endedAt };
    return { id, handler, prompt, state, outcome, reason, reference, deliveryId, ...times, attempts, activities };
  }
}
