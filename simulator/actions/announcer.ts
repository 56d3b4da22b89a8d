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
import {
  type AgentRun,
  type Comment,
  type RunActivity,
  type User,
  type WorkItem,
} from '../world/world.types.js';
import { type World } from '../world/world.js';

/** How a change is told. */
export interface Telling {
  readonly shape: Shape;
  /** With the oddities seen in the wild: v2's enum text and `"None"`, v1's `create` for `created`. */
  readonly warts?: boolean;
}

/** Tells the app what happened by webhook, where it is installed. */
export class Announcer {
  constructor(
    private readonly world: World,
    private readonly sender: WebhookSender,
    private readonly clientId: string,
  ) {}

  commentCreated(item: WorkItem, comment: Comment, telling: Telling): void {
    const context = this.#context(item, comment.actorId, telling);
    if (!context) return;
    const { shape } = telling;
    const notice =
      shape === 'v2' ? v2CommentCreated(context, item, comment) : v1CommentCreated(context, comment, shape);
    this.#send(item.workspaceId, [notice]);
  }

  workItem(
    actor: User,
    item: WorkItem,
    action: EntityAction,
    changes: readonly FieldChange[],
    telling: Telling,
  ): void {
    const context = this.#context(item, actor.id, telling);
    if (!context) return;
    const { shape } = telling;
    const notices =
      shape === 'v2'
        ? [v2WorkItem(context, item, action, changes)]
        : v1WorkItem(context, item, action, changes, shape);
    this.#send(item.workspaceId, notices);
  }

  runCreated(run: AgentRun): void {
    this.#send(run.workspaceId, [agentRunCreated(run, this.clientId)]);
  }

  runPrompted(run: AgentRun, prompt: RunActivity): void {
    this.#send(run.workspaceId, [agentRunPrompted(run, prompt, this.clientId)]);
  }

  #context(item: WorkItem, actorId: string, telling: Telling): NoticeContext | undefined {
    const installation = this.world.liveInstallation(item.workspaceId);
    return (
      installation && {
        webhookId: installation.webhookId,
        workspaceId: item.workspaceId,
        actor: this.world.user(actorId),
        project: this.world.projectOf(item),
        userById: (id) => this.world.user(id),
        warts: telling.warts ?? false,
      }
    );
  }

  #send(workspaceId: string, notices: readonly Notice[]): void {
    if (!this.world.liveInstallation(workspaceId)) return;
    for (const notice of notices) this.sender.send(workspaceId, notice);
  }
}
