import { expect, it } from '@jest/globals';
import { eventOf, fakeContext, FakeMemory } from 'hangar/testing';
import { RemindHandler } from './remind.handler.js';

const { comment, event, workItem } = (() => {
  const made = eventOf('workitem.comment.created', { actor: { id: 'person' } });
  return { event: made, comment: made.comment, workItem: made.workItem };
})();
const command = { name: '/remind', args: { delay: 7200, text: 'call back' }, text: '2h call back' };

it('schedules a task that the deletion of the work item cancels', async () => {
  const context = fakeContext();
  await new RemindHandler().ask({ ...command, event, comment, workItem, actor: { id: 'person' } }, context);
  expect(context.memory.tasks).toMatchObject([
    {
      name: 'reminder',
      data: { workItemId: workItem.id, userId: 'person', text: 'call back' },
      options: { after: 7200, cancelOn: 'workitem.deleted' },
    },
  ]);
});

it('mentions the author when the time has come', async () => {
  const context = fakeContext({ memory: new FakeMemory() });
  const data = { workItemId: 'item', projectId: 'project', userId: 'person', text: 'call back' };
  await new RemindHandler().remind({ id: 'task', name: 'reminder', data, dueAt: new Date() }, context);
  expect(context.calls).toEqual([
    {
      method: 'reply',
      args: [{ markdown: `${context.mention('person')} call back` }, { on: { id: 'item', projectId: 'project' } }],
    },
  ]);
});
