import { randomUUID } from 'node:crypto';
import { type Comment, type User, type WorkItem } from '../world/world.types.js';
import { type World } from '../world/world.js';
import { type Announcer, type NoticeOptions } from './announcer.js';

/** Comments on work items, by any user. */
export class CommentActions {
  constructor(
    private readonly world: World,
    private readonly announcer: Announcer,
  ) {}

  /** Adds a comment and sends its webhook. */
  create(actor: User, item: WorkItem, html: string, options: NoticeOptions): Comment {
    const comment: Comment = {
      id: randomUUID(),
      workItemId: item.id,
      projectId: item.projectId,
      workspaceId: item.workspaceId,
      actorId: actor.id,
      html,
      createdAt: Date.now(),
    };
    this.world.comments.push(comment);
    this.announcer.commentCreated(item, comment, options);
    return comment;
  }
}
