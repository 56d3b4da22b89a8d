import { randomUUID } from 'node:crypto';
import { AlreadyExistsError, EXTERNAL_ID } from '../world/world.error.js';
import { type Comment, type User, type WorkItem } from '../world/world.types.js';
import { type World } from '../world/world.js';
import { type Announcer, type NoticeOptions } from './announcer.js';

/** How a new comment is announced, and where it comes from. */
export interface CommentOptions extends NoticeOptions {
  readonly externalSource?: string | undefined;
  readonly externalId?: string | undefined;
}

/** Comments on work items, by any user. */
export class CommentActions {
  constructor(
    private readonly world: World,
    private readonly announcer: Announcer,
  ) {}

  /** Adds a comment, in the thread of `replyTo` if that is given, and sends its webhook. */
  create(actor: User, item: WorkItem, html: string, options: CommentOptions, replyTo?: string | null): Comment {
    const { externalSource = null, externalId = null } = options;
    const taken = externalId === null ? undefined : this.#withExternalId(item, externalSource, externalId);
    if (taken) throw new AlreadyExistsError('comment', EXTERNAL_ID, taken.id);
    const parentId = replyTo ? this.world.threadOf(replyTo) : null;
    const comment: Comment = {
      id: randomUUID(),
      workItemId: item.id,
      projectId: item.projectId,
      workspaceId: item.workspaceId,
      actorId: actor.id,
      html,
      parentId,
      createdAt: this.world.now(),
      editedAt: null,
      externalSource,
      externalId,
    };
    this.world.comments.push(comment);
    item.updatedAt = comment.createdAt;
    this.announcer.commentCreated(item, comment, options);
    return comment;
  }

  /** Changes the comment's HTML, and sends its webhook if that differs. */
  edit(actor: User, item: WorkItem, comment: Comment, html: string, options: NoticeOptions): void {
    const before = comment.html;
    if (before === html) return;
    const now = this.world.now();
    Object.assign(comment, { html, editedAt: now });
    item.updatedAt = now;
    this.announcer.commentChanged(actor, item, comment, before, options);
  }

  delete(actor: User, item: WorkItem, comment: Comment, options: NoticeOptions): void {
    this.world.comments.splice(this.world.comments.indexOf(comment), 1);
    item.updatedAt = this.world.now();
    this.announcer.commentChanged(actor, item, comment, undefined, options);
  }

  #withExternalId(item: WorkItem, source: string | null, id: string): Comment | undefined {
    const mine = this.world.commentsOf(item.id);
    return mine.find(({ externalId, externalSource }) => externalId === id && externalSource === source);
  }
}
