import { randomUUID } from 'node:crypto';
import { type Settings } from '../settings.js';
import { htmlOfText } from '../world/comment-text.js';
import { changeStatus, mayGoStale, staleAt, statusAfterActivity, statusAfterPrompt } from '../world/run-status.js';
import { conflict } from '../world/world.error.js';
import {
  type ActivityContent,
  type AgentRun,
  type RunActivity,
  type RunStatus,
  type User,
} from '../world/world.types.js';
import { type World } from '../world/world.js';
import { type CommentActions } from './comment.actions.js';

/** What an activity is made of. */
export interface NewActivity {
  readonly type: string;
  readonly content: ActivityContent;
  readonly signal?: string;
  readonly signalMetadata?: unknown;
  readonly contentMetadata?: unknown;
}

/** Where a run takes place. */
export interface NewRun extends Pick<AgentRun, 'workspaceId' | 'projectId' | 'workItemId' | 'commentId'> {
  readonly sourceCommentId?: string | null;
  readonly externalLink?: string | null;
}

interface Occurrence {
  readonly actor: User;
  readonly commentId: string | null;
  readonly status: RunStatus;
}

const EPHEMERAL = new Set(['thought', 'action', 'error']);
const BECOMES_COMMENT = new Set(['response', 'elicitation']);

/** Runs of the app as an agent, and their activities. Sends no webhook about them. */
export class RunActions {
  constructor(
    private readonly world: World,
    private readonly comments: CommentActions,
    private readonly settings: Settings,
  ) {}

  /** A new run without activities. @throws conflict where the app is not installed in the workspace */
  create(creator: User, place: NewRun): AgentRun {
    const installation = this.world.activeInstallation(place.workspaceId);
    if (!installation) throw conflict('The app is not installed in that workspace: install it first.');
    const now = Date.now();
    const run: AgentRun = {
      sourceCommentId: null,
      externalLink: null,
      ...place,
      id: randomUUID(),
      agentUserId: installation.botId,
      creatorId: creator.id,
      startedAt: now,
      activities: [],
      transitions: [{ status: 'created', at: now }],
      status: 'created',
      updatedAt: now,
      longestSilenceMs: 0,
      endedAt: null,
      stoppedAt: null,
      stoppedBy: null,
      errorMetadata: null,
    };
    this.world.runs.set(run.id, run);
    return run;
  }

  /** A user writes to the run, or stops it (`signal`); `commentId` is the comment that the prompt was written as. */
  prompt(actor: User, run: AgentRun, body: string, signal: string, commentId: string | null = null): RunActivity {
    this.current(run);
    const status = statusAfterPrompt(signal);
    if (signal === 'stop') run.stoppedBy = actor.id;
    return this.#add(run, { type: 'prompt', content: { type: 'prompt', body }, signal }, { actor, commentId, status });
  }

  /** The app reports an activity; a `response` or an `elicitation` also becomes a comment in the run's thread. */
  report(actor: User, run: AgentRun, activity: NewActivity): RunActivity {
    const { type, content } = activity;
    const status = statusAfterActivity(type, this.current(run).status);
    const commentId = BECOMES_COMMENT.has(type) && 'body' in content ? this.#comment(actor, run, content.body) : null;
    if (type === 'error') run.errorMetadata = activity.signalMetadata ?? null;
    return this.#add(run, activity, { actor, commentId, status });
  }

  /** Gives the run a status, as Plane itself may at any time. */
  force(run: AgentRun, status: RunStatus): void {
    changeStatus(this.current(run), status, Date.now());
  }

  /** The run with its current status: after five minutes without an activity it is stale. */
  current(run: AgentRun): AgentRun {
    const at = run.status === 'stale' ? null : staleAt(run, this.settings);
    if (at !== null && Date.now() >= at) {
      run.longestSilenceMs = Math.max(run.longestSilenceMs, at - run.updatedAt);
      changeStatus(run, 'stale', at);
    }
    return run;
  }

  /** Every run with its current status, oldest first. */
  all(): AgentRun[] {
    return [...this.world.runs.values()].map((run) => this.current(run));
  }

  #comment(actor: User, run: AgentRun, text: string): string | null {
    if (run.workItemId === null) return null;
    const item = this.world.workItem(run.workItemId);
    const options = { shape: this.settings.shape };
    return this.comments.create(actor, item, htmlOfText(text), options, run.commentId).id;
  }

  #add(run: AgentRun, activity: NewActivity, { actor, commentId, status }: Occurrence): RunActivity {
    const now = Date.now();
    const before = run.activities.at(-1);
    if (before?.ephemeral) before.supersededAt = now;
    const added: RunActivity = {
      id: randomUUID(),
      runId: run.id,
      type: activity.type,
      content: activity.content,
      contentMetadata: activity.contentMetadata ?? null,
      signal: activity.signal ?? 'continue',
      signalMetadata: activity.signalMetadata ?? null,
      ephemeral: EPHEMERAL.has(activity.type),
      actorId: actor.id,
      commentId,
      createdAt: now,
      statusBefore: run.status,
      statusAfter: status,
      supersededAt: null,
    };
    run.activities.push(added);
    if (mayGoStale(run.status)) run.longestSilenceMs = Math.max(run.longestSilenceMs, now - run.updatedAt);
    run.updatedAt = now;
    changeStatus(run, status, now);
    return added;
  }
}
