import { Injectable } from '@nestjs/common';
import { OnCommand, OnSchedule, type PlaneCommand, type PlaneContext, type ScheduledRun } from 'hangar';

type Place = { readonly id: string; readonly projectId: string };

/** `/digest` on a work item: from then on, a comment there each weekday at 8, with the open items of its project. */
@Injectable()
export class DigestHandler {
  @OnCommand('/digest', { description: 'Writes a digest here each weekday.' })
  async choose({ workItem }: PlaneCommand, context: PlaneContext): Promise<void> {
    const place: Place = { id: workItem.id, projectId: await context.projectIdOf(workItem) };
    await context.store.set('place', place);
    await context.reply('<p>The digest will be here, each weekday at 8.</p>');
  }

  @OnSchedule('0 8 * * 1-5', { each: 'installation', timeZone: 'Europe/Berlin' })
  async write({ scheduledAt }: ScheduledRun, context: PlaneContext): Promise<void> {
    const place = await context.store.get<Place>('place');
    if (!place) return context.skip('there is no /digest yet');
    const { plane, workspace } = context;
    const states = await plane.states.list(workspace.slug, place.projectId);
    const counts = await this.countsIn(place.projectId, context);
    const lines = states.results
      .filter(({ group }) => group !== 'completed' && group !== 'cancelled')
      .map(({ id, name }) => `- ${name}: ${counts.get(id) ?? 0}`);
    const title = `**${scheduledAt.toISOString().slice(0, 10)}**`;
    await context.reply({ markdown: [title, '', ...lines].join('\n') }, { on: place });
  }

  private async countsIn(projectId: string, { plane, workspace }: PlaneContext): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (let cursor: string | undefined = '100:0:0'; cursor !== undefined;) {
      const page = await plane.workItems.list(workspace.slug, projectId, { per_page: 100, cursor });
      for (const { state = '' } of page.results) counts.set(state, (counts.get(state) ?? 0) + 1);
      cursor = page.next_page_results === true ? page.next_cursor : undefined;
    }
    return counts;
  }
}
