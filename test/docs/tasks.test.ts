import { describe, expect, it, jest } from '@jest/globals';
import { type PlaneContext } from 'hangar';
import { ReminderHandler } from '../fixtures/reminder.handler.js';

describe('the handler of docs/tasks.md', () => {
  it('schedules a reminder for /remind, and for nothing else', async () => {
    const schedule = jest.fn();
    const context = { tasks: { schedule }, projectIdOf: async () => 'project' } as unknown as PlaneContext;
    const said = (text: string) => ({ comment: { text }, workItem: { id: 'item' } }) as never;
    await new ReminderHandler().ask(said('remind me'), context);
    expect(schedule).not.toHaveBeenCalled();
    await new ReminderHandler().ask(said('/remind'), context);
    const options = { after: '2h', key: 'item', cancelOn: 'workitem.deleted' };
    expect(schedule).toHaveBeenCalledWith('remind', { projectId: 'project', workItemId: 'item' }, options);
  });

  it('comments when the task runs, and counts projects when the schedule does', async () => {
    const create = jest.fn();
    const info = jest.fn();
    const plane = { workItems: { comments: { create } }, projects: { list: async () => ({ results: [1, 2] }) } };
    const context = { plane, workspace: { slug: 'acme' }, logger: { info } } as unknown as PlaneContext;
    const data = { projectId: 'project', workItemId: 'item' };
    await new ReminderHandler().remind({ id: 't', name: 'remind', data, dueAt: new Date() }, context);
    expect(create).toHaveBeenCalledWith('acme', 'project', 'item', { comment_html: '<p>Two hours are over.</p>' });
    await new ReminderHandler().count({ id: 's', scheduledAt: new Date(0) }, context);
    expect(info).toHaveBeenCalledWith('2 projects at 1970-01-01T00:00:00.000Z');
  });
});
