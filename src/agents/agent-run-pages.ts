import { type AttemptRecord } from '../webhooks/deliveries/outcome.js';
import { type AgentRunStatus } from '../webhooks/events/plane-event.js';
import { type ActivityStatus, type ActivityType } from './agent-activity.entity.js';
import { type StoredPrompt, type TurnOutcome, type TurnState } from './agent-turn.entity.js';

/** The states of runs with a turn that is not closed. */
export const OPEN_RUN_STATES = ['waiting', 'running', 'parked'] as const;

/** Every state of a run: that of its open turns, otherwise how the last turn was closed. */
export const RUN_STATES = [...OPEN_RUN_STATES, 'completed', 'awaiting', 'failed', 'stopped'] as const;

/** The state of a run for operators; Plane's own is its `status`. */
export type RunState = (typeof RUN_STATES)[number];

/** Selects runs; an absent field selects all. */
export interface AgentRunFilter {
  readonly state?: RunState;
  /** Of this connection alone. */
  readonly connectionId?: string;
  readonly workspaceId?: string;
  /** The agent of one of its turns. */
  readonly handler?: string;
  /** A whole id: of the run here or in Plane, its work item, a prompt or a delivery; or the reference of a failed turn. */
  readonly search?: string;
}

/** A run in a list: without what people wrote. */
export interface AgentRunSummary {
  /** Hangar's own. */
  readonly id: string;
  /** Plane's. */
  readonly runId: string;
  readonly connectionId: string;
  readonly workspaceId: string;
  readonly workItemId: string | null;
  readonly projectId: string | null;
  readonly creatorId: string | null;
  readonly status: AgentRunStatus;
  readonly state: RunState;
  /** The agent of its last turn; null where it has none. */
  readonly handler: string | null;
  readonly turnCount: number;
  /** An open turn is to be stopped. */
  readonly stopping: boolean;
  readonly lastActivityAt: Date | null;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** One page of the list of runs, newest first. */
export interface AgentRunPage {
  readonly runs: AgentRunSummary[];
  /** `before` of the next page; absent on the last one. */
  readonly next?: string;
}

/** An activity that Hangar has posted or is about to post. */
export interface TimelineActivity {
  /** 0 is the acknowledgement. */
  readonly number: number;
  readonly type: ActivityType;
  readonly status: ActivityStatus;
  /** It ended its turn. */
  readonly closes: boolean;
  /** What the user reads. */
  readonly text: string;
  readonly error: string | null;
  readonly createdAt: Date;
  readonly sentAt: Date | null;
}

/** A turn of a run. */
export interface TimelineTurn {
  readonly id: string;
  readonly handler: string;
  readonly prompt: StoredPrompt | null;
  readonly state: TurnState;
  readonly outcome: TurnOutcome | null;
  readonly reason: string | null;
  readonly reference: string | null;
  readonly deliveryId: string;
  readonly receivedAt: Date;
  readonly acknowledgedAt: Date | null;
  readonly startedAt: Date | null;
  readonly stopRequestedAt: Date | null;
  readonly endedAt: Date | null;
  /** The runs of the method, oldest first. */
  readonly attempts: readonly AttemptRecord[];
  readonly activities: readonly TimelineActivity[];
}

/** A run with its turns, oldest first. */
export interface AgentRunTimeline extends AgentRunSummary {
  /** The last 50. */
  readonly turns: readonly TimelineTurn[];
}
