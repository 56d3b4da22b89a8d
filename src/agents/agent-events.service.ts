import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { type EntityManager } from 'typeorm';
import { postgresText } from '../common/postgres-text.js';
import { agentsConfig } from '../config/areas/agents.config.js';
import { type NewJob } from '../queue/queue.js';
import { JobWakeupsService } from '../queue/job-wakeups.service.js';
import { QueueService } from '../queue/queue.service.js';
import { type DeliveryParticipant, type StoredEvent } from '../webhooks/deliveries/delivery-participants.registry.js';
import { storable } from '../webhooks/deliveries/delivery-row.js';
import { type PromptView } from '../webhooks/events/plane-event.js';
import { AgentRegistry } from './agent.registry.js';
import {
  ACKNOWLEDGE_QUEUE,
  type AgentJob,
  OPEN_QUEUE,
  STOP_QUEUE,
  STOPS,
  type StopJob,
  type TurnJob,
} from './agent-queues.js';
import { AgentRunsRepository, runKey, type SeenRun } from './agent-runs.repository.js';
import { type StoredPrompt } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { heartbeatSecondsOf } from './heartbeat-interval.js';
import { turnJobOf } from './turn-job.js';
import { type NewTurn, type PlannedStop, planTurns, type RunEvent, type TurnPlan } from './turn-plan.js';

/** A first prompt usually comes at once after the run's creation. */
const OPEN_AFTER_SECONDS = 5;
/** The order within a millisecond is that of the arrival. */
const STEPS_PER_MS = 1000;

/** Makes runs and turns of an agent's webhooks, in the transaction that stores them. */
@Injectable()
export class AgentEventsService implements DeliveryParticipant {
  readonly eventNames: ReadonlySet<string> = new Set(['agent_run.created', 'agent_run.prompted']);

  constructor(
    @Inject(agentsConfig.KEY) private readonly config: ConfigType<typeof agentsConfig>,
    private readonly agents: AgentRegistry,
    private readonly runs: AgentRunsRepository,
    private readonly turns: AgentTurnsRepository,
    private readonly queue: QueueService,
    private readonly wakeups: JobWakeupsService,
  ) {}

  async onStored(transaction: EntityManager, stored: readonly StoredEvent[]): Promise<void> {
    const named = stored.filter(({ event }) => (event.agentRun?.id ?? '') !== '');
    if (named.length === 0) return;
    const seen = named.map(seenRun);
    const ids = await this.runs.upsert(transaction, seen, heartbeatSecondsOf(this.config));
    const events = named.map((each, index) => runEvent(each, ids.get(runKey(seenRun(each))) ?? '', index));
    const turns = await this.turns.ofRuns(transaction, [...new Set(ids.values())]);
    const plan = planTurns(events, turns);
    const runOf = new Map(seen.map((run) => [ids.get(runKey(run)) ?? '', run]));
    await this.apply(transaction, plan, runOf);
    for (const stop of plan.stops) await this.stop(transaction, stop, runOf.get(stop.runId));
  }

  private async apply(
    transaction: EntityManager,
    { added, prompted, stops }: TurnPlan,
    runOf: ReadonlyMap<string, SeenRun>,
  ): Promise<void> {
    for (const each of prompted) await this.turns.setPrompt(transaction, each);
    for (const { runId, position, promptedAt } of stops) await this.runs.stop(transaction, runId, position, promptedAt);
    const handler = this.agents.agent?.id ?? '';
    const ids = added.length > 0 ? await this.turns.insert(transaction, added, handler) : new Set<string>();
    const turns = added.filter(({ id }) => ids.has(id));
    await this.queue.enqueueAll(transaction, jobsOf(turns, stops, runOf));
  }

  private async stop(transaction: EntityManager, stop: PlannedStop, run: SeenRun | undefined): Promise<void> {
    this.wakeups.track(transaction, STOPS);
    const open = await this.turns.stop(transaction, stop);
    const { agent } = this.agents;
    if (!agent || !run) return;
    const own = open.filter(({ handler }) => handler === agent.id);
    const jobs = own.map(({ deliveryId }) => turnJobOf(agent, run, deliveryId));
    await this.queue.enqueue(transaction, agent.id, jobs);
  }
}

/** @param runOf by Hangar's ids */
function jobsOf(
  turns: readonly NewTurn[],
  stops: TurnPlan['stops'],
  runOf: ReadonlyMap<string, SeenRun>,
): Map<string, NewJob[]> {
  const of = (runId: string): AgentJob => {
    const connectionId = runOf.get(runId)?.connectionId;
    return connectionId === undefined ? {} : { connectionId };
  };
  const jobOf = ({ id: turnId, runId }: NewTurn): TurnJob => ({ ...of(runId), turnId });
  const withoutPrompt = turns.filter(({ prompt }) => !prompt);
  const working = turns.filter(({ stopped }) => !stopped);
  return new Map<string, NewJob[]>([
    [ACKNOWLEDGE_QUEUE, working.map((turn) => ({ data: jobOf(turn) }))],
    [OPEN_QUEUE, withoutPrompt.map((turn) => ({ data: jobOf(turn), waitSeconds: OPEN_AFTER_SECONDS }))],
    [STOP_QUEUE, stops.map(({ runId, promptId }) => ({ data: { ...of(runId), runId, promptId } satisfies StopJob }))],
  ]);
}

function seenRun({ event, delivery: { connectionId, workspaceId } }: StoredEvent): SeenRun {
  const { agentRun } = event;
  const idOf = (text: string | undefined): string | null => (text === undefined ? null : storable(text));
  return {
    connectionId,
    workspaceId,
    runId: storable(agentRun?.id ?? ''),
    status: agentRun?.status ?? 'unknown',
    workItemId: idOf(agentRun?.workItemId),
    projectId: idOf(agentRun?.projectId),
    commentId: idOf(agentRun?.commentId),
    creatorId: idOf(agentRun?.creatorId),
    agentUserId: idOf(agentRun?.agentUserId),
  };
}

function runEvent({ event, delivery }: StoredEvent, runId: string, index: number): RunEvent {
  const { id: deliveryId, receivedAt } = delivery;
  const position = receivedAt.getTime() * STEPS_PER_MS + Math.min(index, STEPS_PER_MS - 1);
  const { prompt } = event;
  const ofPrompt = prompt && {
    prompt: storedPrompt(prompt),
    stops: prompt.signal === 'stop',
    ...(prompt.createdAt && { promptedAt: prompt.createdAt }),
  };
  return { runId, deliveryId, receivedAt, position, ...ofPrompt };
}

function storedPrompt({ id, text, html, actorId }: PromptView): StoredPrompt {
  return {
    id: storable(id),
    text: postgresText(text),
    ...(html !== undefined && { html: postgresText(html) }),
    ...(actorId !== undefined && { actorId: storable(actorId) }),
  };
}
