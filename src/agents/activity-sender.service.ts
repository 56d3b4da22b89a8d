import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { DataSource } from 'typeorm';
import { v7 as uuid } from 'uuid';
import { serializeError } from '../common/serialize-error.js';
import { waitFor } from '../common/wait-for.js';
import { agentsConfig } from '../config/areas/agents.config.js';
import { Drain } from '../config/drain.js';
import { type AgentRunStatus } from '../webhooks/events/plane-event.js';
import { AgentMetricsService } from './agent-metrics.service.js';
import { ACKNOWLEDGEMENT, AgentActivitiesRepository } from './agent-activities.repository.js';
import { activitySentElsewhere } from './agent.errors.js';
import { type ActivityType, type AgentActivityEntity } from './agent-activity.entity.js';
import { AgentPlaneService, type ListedActivity, type RunCalls } from './agent-plane.service.js';
import { AgentRunsRepository } from './agent-runs.repository.js';
import { type AgentTurnEntity, type TurnOutcome } from './agent-turn.entity.js';
import { AgentTurnsRepository } from './agent-turns.repository.js';
import { heartbeatSecondsOf } from './heartbeat-interval.js';
import { isRejected, isUncertain } from './send-failure.js';

/** How an activity is sent. */
export interface SendOptions extends RunCalls {
  /** An earlier call of this process, or another process, may have sent it. */
  readonly mayBeSent?: boolean;
  /** Tries before it is left pending. Default 3. */
  readonly tries?: number;
}

/** One sending of an activity. */
interface Sending {
  /** Plane may have it already. */
  readonly uncertain: boolean;
  /** Takes it for the next request. Resolves with false where it is sent by now. */
  readonly claim: () => Promise<boolean>;
}

/** Whether an activity is posted; if not, it is pending, or dropped where it was progress, and may be sent again. */
export type SendResult = { readonly sent: true } | { readonly sent: false; readonly error: unknown };

/** The field of `content_metadata` with an activity's key. */
const KEY_FIELD = 'hangar_key';
const TRIES = 3;
const FIRST_PAUSE_MS = 500;
const PAUSE_FACTOR = 4;
/** A request of another process that Plane has not answered by then has failed. */
const IN_FLIGHT_MS = 20_000;
/** So often, and before each request, the sender takes the activity again: a call may wait for its budget, then for Plane. */
const CLAIM_MS = 5000;
const POLL_MS = 50;

/** How an activity ends its turn, where it does, and Plane's status of the run after it. */
const EFFECTS: Readonly<Record<ActivityType, readonly [outcome: TurnOutcome, status: AgentRunStatus]>> = {
  response: ['completed', 'completed'],
  elicitation: ['awaiting', 'awaiting'],
  error: ['failed', 'failed'],
  thought: ['completed', 'in_progress'],
  action: ['completed', 'in_progress'],
};

/** Posts activities that are written down, each once: where the result of a request is unknown, Plane's list decides. */
@Injectable()
export class ActivitySender {
  private readonly logger = new Logger(ActivitySender.name);
  private readonly heartbeatSeconds: number;

  constructor(
    @Inject(agentsConfig.KEY) config: ConfigType<typeof agentsConfig>,
    private readonly dataSource: DataSource,
    private readonly plane: AgentPlaneService,
    private readonly runs: AgentRunsRepository,
    private readonly turns: AgentTurnsRepository,
    private readonly activities: AgentActivitiesRepository,
    private readonly drain: Drain,
    private readonly metrics: AgentMetricsService,
  ) {
    this.heartbeatSeconds = heartbeatSecondsOf(config);
  }

  /**
   * Sends a pending activity, and closes its turn where it ends it.
   *
   * @throws {PlaneError} where Plane rejects it: it has failed, and its turn is still open
   */
  async send(turn: AgentTurnEntity, activity: AgentActivityEntity, options: SendOptions): Promise<SendResult> {
    const uncertain = options.mayBeSent === true;
    if (uncertain) await this.untilSettled(activity);
    if (activity.closes) await this.untilLast(turn.id);
    const by = uuid();
    const keeping = setInterval(() => void this.activities.keepClaim(activity.id, by).catch(() => undefined), CLAIM_MS);
    try {
      return await this.attempts(turn, activity, options, { uncertain, claim: () => this.claim(activity.id, by) });
    } finally {
      clearInterval(keeping);
    }
  }

  private async attempts(
    turn: AgentTurnEntity,
    activity: AgentActivityEntity,
    options: SendOptions,
    { uncertain: isUnknown, claim }: Sending,
  ): Promise<SendResult> {
    let uncertain = isUnknown;
    for (let pauseMs = FIRST_PAUSE_MS, left = options.tries ?? TRIES; ; pauseMs *= PAUSE_FACTOR) {
      left -= 1;
      try {
        await this.post(turn, activity, options, { uncertain, claim });
        return { sent: true };
      } catch (error) {
        if (isRejected(error)) await this.reject(activity, error);
        uncertain ||= isUncertain(error);
        if (left <= 0 || !uncertain || this.drain.abortSignal.aborted) return this.unsent(turn, activity, error);
        await waitFor(pauseMs, this.drain.abortSignal);
      }
    }
  }

  /** Resolves with false where it is sent by now. @throws {DomainError} another process sends it, or it was dropped */
  private async claim(id: string, by: string): Promise<boolean> {
    if (await this.activities.claim(id, by, IN_FLIGHT_MS / 1000)) return true;
    if ((await this.activities.statusOf(id)) === 'sent') return false;
    throw activitySentElsewhere();
  }

  /** Progress that arrives after what ends the turn would begin the run anew. */
  private async untilLast(turnId: string): Promise<void> {
    while (await this.activities.hasProgressUnderWay(turnId, IN_FLIGHT_MS / 1000)) {
      if (this.drain.abortSignal.aborted) return;
      await waitFor(POLL_MS, this.drain.abortSignal);
    }
  }

  /** Each request needs the claim: the process may have stood still, so that another one sends it. */
  private async post(
    turn: AgentTurnEntity,
    activity: AgentActivityEntity,
    calls: RunCalls,
    { uncertain, claim }: Sending,
  ): Promise<void> {
    const found = uncertain ? await this.find(turn, activity.key, calls, claim) : undefined;
    if (found) return this.recordSent(turn, activity, found.id);
    const { plane, slug } = await this.plane.client(turn.run, calls);
    if (!(await claim())) return;
    const { type, content, signal, signalMetadata, key } = activity;
    const { id } = await plane.agentRuns.activities.create(slug, turn.run.runId, {
      type,
      content,
      content_metadata: { [KEY_FIELD]: key },
      ...(signal && { signal }),
      ...(signalMetadata && { signal_metadata: signalMetadata }),
    });
    await this.recordSent(turn, activity, id);
  }

  private async find(
    { run }: AgentTurnEntity,
    key: string,
    calls: RunCalls,
    claim: Sending['claim'],
  ): Promise<ListedActivity | undefined> {
    if (!(await claim())) return undefined;
    for await (const page of this.plane.activities(run, calls)) {
      const found = page.find(({ content_metadata: metadata }) => metadata?.[KEY_FIELD] === key);
      if (found || !(await claim())) return found;
    }
    return undefined;
  }

  /** In the order of the locks of those who add turns: the run first. */
  private async recordSent(turn: AgentTurnEntity, activity: AgentActivityEntity, planeId: string): Promise<void> {
    await this.dataSource.transaction(async (transaction) => {
      await this.runs.lock(transaction, turn.run.id);
      const [outcome, status] = EFFECTS[activity.type];
      if (activity.closes) await this.turns.close(transaction, turn.id, outcome); // before: who adds one has the turn's lock
      await this.activities.sent(transaction, activity, planeId);
      await this.runs.posted(transaction, turn.run.id, status, this.heartbeatSeconds);
    });
    if (activity.number === ACKNOWLEDGEMENT) this.metrics.acknowledged(turn.receivedAt);
  }

  private async untilSettled({ createdAt }: AgentActivityEntity): Promise<void> {
    const ageMs = Date.now() - createdAt.getTime();
    await waitFor(Math.min(IN_FLIGHT_MS, Math.max(0, IN_FLIGHT_MS - ageMs)), this.drain.abortSignal);
  }

  private async reject(activity: AgentActivityEntity, error: unknown): Promise<never> {
    await this.activities.settle(activity.id, 'failed', serializeError(error).message);
    throw error;
  }

  /** The acknowledgement has a job that sends it again; progress is replaced by later progress. */
  private async unsent(turn: AgentTurnEntity, activity: AgentActivityEntity, error: unknown): Promise<SendResult> {
    const { message } = serializeError(error);
    const fields = { msg: 'an activity was not posted', turn: turn.id, type: activity.type };
    if (activity.closes) this.logger.warn({ ...fields, err: error });
    else this.logger.debug({ ...fields, reason: message });
    if (!activity.closes && activity.number > 0) await this.activities.settle(activity.id, 'dropped', message);
    return { sent: false, error };
  }
}
