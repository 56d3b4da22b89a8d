import { Injectable } from '@nestjs/common';
import { OnPlaneEvent, type PlaneContext, type PlaneEvent } from 'hangar';

/** Answers a comment `/ping` with `pong`. Copy this file to begin a handler of your own. */
@Injectable()
export class PingHandler {
  @OnPlaneEvent('workitem.comment.created', { retryLimit: 5, timeoutSeconds: 30 })
  async pong(event: PlaneEvent<'workitem.comment.created'>, context: PlaneContext): Promise<void> {
    if (event.comment.text.trim() !== '/ping') return;
    const projectId = await context.projectIdOf(event.workItem);
    await context.plane.workItems.comments.create(context.workspace.slug, projectId, event.workItem.id, {
      comment_html: '<p>pong</p>',
    });
  }
}
