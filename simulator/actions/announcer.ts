import { type ChangedBy, type CommunityNotices, type IntakeChange } from '../community/notices.js';
import { type AgentNoticeContext, agentRunCreated, agentRunPrompted } from '../sending/payload-agent.js';
import { v1Record, v2Record } from '../sending/payload-record.js';
import { v1CommentChanged, v1CommentCreated, v1WorkItem } from '../sending/payload-v1.js';
import { v2Comment, v2WorkItem } from '../sending/payload-v2.js';
import {
  type EntityAction,
  type EntityContext,
  type FieldChange,
  type Notice,
  type NoticeContext,
  type PartChange,
  type RecordChange,
  type Shape,
} from '../sending/notice.types.js';
import { type WebhookSender } from '../sending/webhook-sender.js';
import { type AgentRun, type Comment, type RunActivity, type User, type WorkItem } from '../world/world.types.js';
import { textOfHtml } from '../world/comment-text.js';
import { badInput } from '../world/world.error.js';
import { type World } from '../world/world.js';

/** How a change is announced by webhook. */
export interface NoticeOptions {
  readonly shape: Shape;
  /** Where the change was made; default `app`. The community edition announces less of what is changed by API. */
  readonly by?: ChangedBy;
  /** With the irregularities of real webhooks: v2's enum text and `"None"`, v1's `create` for `created`. */
  readonly warts?: boolean;
}

/** The two webhooks about a run. */
export const RUN_WEBHOOKS = ['create', 'prompt'] as const;
/** One of {@link RUN_WEBHOOKS}. */
export type RunWebhook = (typeof RUN_WEBHOOKS)[number];

/** How a run is announced. A mention gives both webhooks, a follow-up a `prompt`; tests choose others. */
export interface RunWebhookOptions extends Pick<AgentNoticeContext, 'envelope' | 'nulls'> {
  /** The webhooks in their order, each sent when the app has answered the one before it. */
  readonly webhooks?: readonly RunWebhook[];
}

/** Sends a webhook for each change, if the app is installed in the workspace. */
export class Announcer {
  constructor(
    private readonly world: World,
    private readonly sender: WebhookSender,
    private readonly clientId: string,
    /** `null`: each change has its own shape. */
    private readonly community: CommunityNotices | null = null,
  ) {}

  commentCreated(item: WorkItem, comment: Comment, options: NoticeOptions): void {
    const context = this.#context(item, comment.actorId, options);
    if (!context) return;
    if (this.community) return this.#send(item.workspaceId, this.community.commentCreated(context, comment));
    const { shape } = options;
    const notice = shape === 'v2' ? v2Comment(context, item, comment) : v1CommentCreated(context, comment, shape);
    this.#send(item.workspaceId, [notice]);
  }

  /** A comment was edited (`before`: its former HTML) or deleted. */
  commentChanged(
    actor: User,
    item: WorkItem,
    comment: Comment,
    before: string | undefined,
    options: NoticeOptions,
  ): void {
    const context = this.#context(item, actor.id, options);
    if (!context) return;
    if (this.community) return this.#send(item.workspaceId, this.community.commentChanged(context, comment, before));
    const { shape } = options;
    const previous = before === undefined ? {} : { comment_stripped: textOfHtml(before) };
    const action = before === undefined ? 'deleted' : 'updated';
    const notices =
      shape === 'v2'
        ? [v2Comment(context, item, comment, action, previous)]
        : v1CommentChanged(context, comment, before, shape);
    this.#send(item.workspaceId, notices);
  }

  /** A part of a work item was added, changed or removed. The community edition alone announces it. */
  part(actor: User, item: WorkItem, change: PartChange, options: NoticeOptions): void {
    const context = this.community && this.#context(item, actor.id, options);
    if (context) this.#send(item.workspaceId, this.community.part(context, item, change));
  }

  /** A work item of the intake got another status. The community edition alone announces it. */
  intake(actor: User, item: WorkItem, change: IntakeChange, options: NoticeOptions): void {
    const context = this.community && this.#context(item, actor.id, options);
    if (context) this.#send(item.workspaceId, this.community.intake(context, item, change));
  }

  /** A record was created, changed or deleted. */
  record(actor: User, change: RecordChange, options: NoticeOptions): void {
    const workspaceId = change.record.place.workspace ?? '';
    const { item } = change;
    const context = item ? this.#context(item, actor.id, options) : this.#entityContext(workspaceId, actor.id, options);
    if (!context) return;
    if (this.community) return this.#send(workspaceId, this.community.record(context, change, options.by ?? 'app'));
    const { shape } = options;
    this.#send(workspaceId, shape === 'v2' ? [v2Record(context, change)] : v1Record(context, change, shape));
  }

  workItem(
    actor: User,
    item: WorkItem,
    action: EntityAction,
    changes: readonly FieldChange[],
    options: NoticeOptions,
  ): void {
    const context = this.#context(item, actor.id, options);
    if (!context) return;
    if (this.community)
      return this.#send(item.workspaceId, this.community.workItem(context, item, action, changes, options.by ?? 'app'));
    const { shape } = options;
    const notices =
      shape === 'v2' ? [v2WorkItem(context, item, action, changes)] : v1WorkItem(context, item, action, changes, shape);
    this.#send(item.workspaceId, notices);
  }

  /**
   * Sends the run's webhooks: those of the options one after another, or else `usual`, all at once. Those about a prompt
   * are about `prompt`.
   */
  run(run: AgentRun, prompt: RunActivity | undefined, usual: readonly RunWebhook[], options: RunWebhookOptions): void {
    const installation = this.world.activeInstallation(run.workspaceId);
    if (!installation) return;
    const { webhookId } = installation;
    const actor = this.world.user(prompt?.actorId ?? run.creatorId);
    const context = { clientId: this.clientId, webhookId, actor, envelope: options.envelope, nulls: options.nulls };
    const notices = (options.webhooks ?? usual).map((kind) => {
      if (kind === 'create') return agentRunCreated(run, context);
      if (prompt) return agentRunPrompted(run, prompt, context);
      throw badInput('The run has no prompt to send a webhook about.');
    });
    if (options.webhooks) this.sender.sendInOrder(run.workspaceId, notices);
    else this.#send(run.workspaceId, notices);
  }

  #context(item: WorkItem, actorId: string, options: NoticeOptions): NoticeContext | undefined {
    const context = this.#entityContext(item.workspaceId, actorId, options);
    return (
      context && {
        ...context,
        project: this.world.projectOf(item),
        userById: (id) => this.world.user(id),
        keyOf: (id) => this.#keyOf(id),
      }
    );
  }

  #keyOf(id: string): string {
    const item = this.world.workItem(id);
    return `${this.world.projectOf(item).identifier}-${item.sequenceId}`;
  }

  #entityContext(workspaceId: string, actorId: string, { warts = false }: NoticeOptions): EntityContext | undefined {
    const installation = this.world.activeInstallation(workspaceId);
    return installation && { webhookId: installation.webhookId, workspaceId, actor: this.world.user(actorId), warts };
  }

  #send(workspaceId: string, notices: readonly Notice[]): void {
    if (!this.world.activeInstallation(workspaceId)) return;
    const chosen = notices.filter(({ event }) => !this.community || this.sender.switches.isChosen(workspaceId, event));
    for (const notice of chosen) this.sender.send(workspaceId, notice);
  }
}
