import { agentRunCreated, agentRunPrompted } from '../sending/payload-agent.js';
import { v1CommentCreated, v1WorkItem } from '../sending/payload-v1.js';
import { v2CommentCreated, v2WorkItem } from '../sending/payload-v2.js';
import {
  type EntityAction,
  type FieldChange,
  type Notice,
  type NoticeContext,
  type Shape,
} from '../sending/notice.types.js';
import { type WebhookSender } from '../sending/webhook-sender.js';
import { type AgentRun, type Comment, type RunActivity, type User, type WorkItem } from '../world/world.types.js';
import { type World } from '../world/world.js';

/** How a change is announced by webhook. */
export interface NoticeOptions {
  readonly shape: Shape;
  /** With the irregularities of real webhooks: v2's enum text and `"None"`, v1's `create` for `created`. */
  readonly warts?: boolean;
}

/** Sends a webhook for each change, if the app is installed in the workspace. */
export class Announcer {
  constructor(
    private readonly world: World,
    private readonly sender: WebhookSender,
    private readonly clientId: string,
  ) {}

  commentCreated(item: WorkItem, comment: Comment, options: NoticeOptions): void {
    const context = this.#context(item, comment.actorId, options);
    if (!context) return;
    const { shape } = options;
    const notice =
      shape === 'v2' ? v2CommentCreated(context, item, comment) : v1CommentCreated(context, comment, shape);
    this.#send(item.workspaceId, [notice]);
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
    const { shape } = options;
    const notices =
      shape === 'v2' ? [v2WorkItem(context, item, action, changes)] : v1WorkItem(context, item, action, changes, shape);
    this.#send(item.workspaceId, notices);
  }

  runCreated(run: AgentRun): void {
    this.#send(run.workspaceId, [agentRunCreated(run, this.clientId)]);
  }

  runPrompted(run: AgentRun, prompt: RunActivity): void {
    this.#send(run.workspaceId, [agentRunPrompted(run, prompt, this.clientId)]);
  }

  #context(item: WorkItem, actorId: string, options: NoticeOptions): NoticeContext | undefined {
    const installation = this.world.activeInstallation(item.workspaceId);
    return (
      installation && {
        webhookId: installation.webhookId,
        workspaceId: item.workspaceId,
        actor: this.world.user(actorId),
        project: this.world.projectOf(item),
        userById: (id) => this.world.user(id),
        warts: options.warts ?? false,
      }
    );
  }

  #send(workspaceId: string, notices: readonly Notice[]): void {
    if (!this.world.activeInstallation(workspaceId)) return;
    for (const notice of notices) this.sender.send(workspaceId, notice);
  }
}
