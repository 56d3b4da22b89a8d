import { randomUUID } from 'node:crypto';
import { type Settings } from '../settings.js';
import { htmlOfText } from '../world/comment-text.js';
import { conflict } from '../world/world.error.js';
import {
  type ActivityContent,
  type AgentRun,
  type RunActivity,
  type RunStatus,
  type User,
  type WorkItem,
} from '../world/world.types.js';
import { type World } from '../world/world.js';
import { type Announcer, type NoticeOptions } from './announcer.js';
import { type CommentActions } from './comment.actions.js';

/** What an activity is made of. */
export interface NewActivity {
  readonly type: string;
  readonly content: ActivityContent;
  readonly signal?: string;
  readonly signalMetadata?: unknown;
  readonly contentMetadata?: unknown;
}

const EPHEMERAL = new Set(['thought', 'action', 'error']);
const BECOMES_COMMENT = new Set(['response', 'elicitation']);
const MAY_GO_STALE = new Set<RunStatus>(['created', 'in_progress', 'stopping']);
const AFTER: Record<string, RunStatus> = {
  thought: 'in_progress',
  action: 'in_progress',
  elicitation: 'awaiting',
  response: 'completed',
  error: 'failed',
};

function statusAfter(type: string, before: RunStatus): RunStatus {
  if (before !== 'stopping') return AFTER[type] ?? before;
  return type === 'response' || type === 'error' ? 'stopped' : 'stopping';
}

/** Runs of the app as an agent. */
export class RunActions {
  constructor(
    private readonly world: World,
    private readonly announcer: Announcer,
    private readonly comments: CommentActions,
    private readonly settings: Settings,
  ) {}

  /** A user mentions the app in a comment: Plane stores the comment and starts a run. */
  start(creator: User, item: WorkItem, text: string, options: NoticeOptions): AgentRun {
    const installation = this.world.activeInstallation(item.workspaceId);
    if (!installation) throw conflict('The app is not installed in that workspace: install it first.');
    const comment = this.comments.create(creator, item, htmlOfText(text), options);
    const now = Date.now();
    const run: AgentRun = {
      id: randomUUID(),
      workspaceId: item.workspaceId,
      projectId: item.projectId,
      workItemId: item.id,
      commentId: comment.id,
      agentUserId: installation.botId,
      creatorId: creator.id,
      startedAt: now,
      activities: [],
      status: 'created',
      updatedAt: now,
    };
    this.world.runs.set(run.id, run);
    this.announcer.runCreated(run);
    return run;
  }

  /** A user writes to the run, or stops it. */
  prompt(actor: User, run: AgentRun, body: string, signal: string): RunActivity {
    const prompt = this.#add(run, actor, { type: 'prompt', content: { type: 'prompt', body }, signal }, null);
    run.status = signal === 'stop' ? 'stopping' : 'in_progress';
    this.announcer.runPrompted(run, prompt);
    return prompt;
  }

  /** The app reports an activity; a `response` or an `elicitation` also becomes a comment. */
  report(actor: User, run: AgentRun, activity: NewActivity): RunActivity {
    const item = this.world.workItem(run.workItemId);
    const text = 'body' in activity.content ? activity.content.body : '';
    const comment = BECOMES_COMMENT.has(activity.type)
      ? this.comments.create(actor, item, htmlOfText(text), { shape: this.settings.shape })
      : null;
    const added = this.#add(run, actor, activity, comment?.id ?? null);
    run.status = statusAfter(activity.type, run.status);
    return added;
  }

  /** The run with its current status: after five minutes without activity it is stale. */
  current(run: AgentRun): AgentRun {
    const idleMs = Date.now() - run.updatedAt;
    if (MAY_GO_STALE.has(run.status) && idleMs >= this.settings.runStaleMs) run.status = 'stale';
    return run;
  }

  #add(run: AgentRun, actor: User, activity: NewActivity, commentId: string | null): RunActivity {
    const now = Date.now();
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
    };
    run.activities.push(added);
    run.updatedAt = now;
    return added;
  }
}
