import { Injectable } from '@nestjs/common';
import { OnCommand, OnTask, type PlaneCommand, type PlaneContext, type Task } from 'hangar';

const ARGS = '<delay:duration> <text...>';

interface Reminder {
  readonly workItemId: string;
  readonly projectId: string;
  readonly userId: string | undefined;
  readonly text: string;
}

/** `/remind 2h call back`: mentions the author after two hours, unless the work item is deleted by then. */
@Injectable()
export class RemindHandler {
  @OnCommand('/remind', { args: ARGS, description: 'Mentions you after a time.' })
  async ask({ args, workItem, actor }: PlaneCommand<typeof ARGS>, context: PlaneContext): Promise<void> {
    const projectId = await context.projectIdOf(workItem);
    const reminder: Reminder = { workItemId: workItem.id, projectId, userId: actor?.id, text: args.text };
    const options = { after: args.delay, key: context.delivery.id, cancelOn: 'workitem.deleted' } as const;
    const { dueAt } = await context.tasks.schedule('reminder', reminder, options);
    await context.reply({ markdown: `Reminder at ${dueAt.toISOString().slice(0, 16).replace('T', ' ')} UTC.` });
  }

  @OnTask('reminder')
  async remind({ data }: Task<Reminder>, context: PlaneContext): Promise<void> {
    const who = data.userId === undefined ? '' : `${context.mention(data.userId)} `;
    await context.reply({ markdown: `${who}${data.text}` }, { on: { id: data.workItemId, projectId: data.projectId } });
  }
}
