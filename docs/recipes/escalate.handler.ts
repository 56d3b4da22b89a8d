import { Injectable } from '@nestjs/common';
import { OnCommand, type PlaneCommand, type PlaneContext } from 'hangar';

const ARGS = '<to:user> [reason...]';
const LABEL = 'escalated';

/** `/escalate @person the customer waits`: labels the work item, and mentions the person. */
@Injectable()
export class EscalateHandler {
  @OnCommand('/escalate', { args: ARGS, description: 'Labels the work item and mentions a person.' })
  async escalate({ args, workItem }: PlaneCommand<typeof ARGS>, context: PlaneContext): Promise<void> {
    const { plane, workspace } = context;
    const projectId = await context.projectIdOf(workItem);
    const label = await this.labelIn(projectId, context);
    const { labels = [] } = await plane.workItems.retrieve(workspace.slug, projectId, workItem.id);
    await plane.workItems.update(workspace.slug, projectId, workItem.id, { labels: [...new Set([...labels, label])] });
    await context.reply({ markdown: `${context.mention(args.to)} please look: ${args.reason ?? 'no reason given'}` });
  }

  private async labelIn(projectId: string, { plane, workspace }: PlaneContext): Promise<string> {
    const { results } = await plane.labels.list(workspace.slug, projectId);
    const found = results.find(({ name }) => name === LABEL);
    return (found ?? (await plane.labels.create(workspace.slug, projectId, { name: LABEL }))).id;
  }
}
