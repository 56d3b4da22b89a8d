import { Injectable } from '@nestjs/common';
import { type AgentContext, type AgentSession, OnAgentPrompt } from 'hangar';

/** How far a turn has counted; after the last page without a cursor. */
interface Count {
  readonly open: number;
  readonly cursor?: string | undefined;
}

const FIRST_PAGE = '100:0:0';
const CLOSED: ReadonlySet<string | undefined> = new Set(['completed', 'cancelled']);

/** Answers "how many open items are in this project?". Copy this file to begin an agent of your own. */
@Injectable()
export class OpenItemsAgent {
  @OnAgentPrompt({ acknowledge: 'Counting the open items.', onStop: 'Stopped counting.' })
  async answer(session: AgentSession<Count>, context: AgentContext): Promise<string | undefined> {
    const { plane, workspace } = context;
    const projectId = session.run.projectId ?? (await this.projectOfReply(session, context));
    if (projectId === undefined) return undefined; // the user is asked, which ends this turn
    const { name } = await plane.projects.retrieve(workspace.slug, projectId);
    const states = await plane.states.list(workspace.slug, projectId);
    const closed = new Set(states.results.filter(({ group }) => CLOSED.has(group)).map(({ id }) => id));
    let { open, cursor }: Count = session.state ?? { open: 0, cursor: FIRST_PAGE };
    while (cursor !== undefined) {
      await session.action('count', { open, project: name });
      const query = { cursor, per_page: 100, order_by: 'created_at' };
      const page = await plane.workItems.list(workspace.slug, projectId, query);
      session.signal.throwIfAborted();
      open += page.results.filter(({ state }) => !closed.has(state ?? '')).length;
      cursor = page.next_page_results === true ? page.next_cursor : undefined;
      await session.save({ open, cursor });
    }
    return `There ${open === 1 ? 'is 1 open item' : `are ${open} open items`} in ${name}.`;
  }

  /** A run can be without a project: then the user is asked for one, and the name is the next prompt. */
  private async projectOfReply(session: AgentSession<Count>, context: AgentContext): Promise<string | undefined> {
    const { results } = await context.plane.projects.list(context.workspace.slug);
    const named = results.find(({ name }) => name === session.prompt.text.trim());
    if (!named)
      await session.ask('In which project?', { options: results.map(({ id, name }) => ({ id, label: name })) });
    return named?.id;
  }
}
