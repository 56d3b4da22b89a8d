import { expect, it } from '@jest/globals';
import { eventOf, fakeContext } from 'hangar/testing';
import { DigestHandler } from './digest.handler.js';

const run = { id: 'run', scheduledAt: new Date('2026-03-02T07:00:00Z') };
const answers = {
  'states.list': {
    results: [
      { id: 'todo', name: 'Todo', group: 'unstarted' },
      { id: 'done', name: 'Done', group: 'completed' },
    ],
  },
  'workItems.list': (_slug: string, _project: string, { cursor }: { cursor: string }) =>
    cursor === '100:0:0'
      ? { results: [{ state: 'todo' }, { state: 'done' }], next_page_results: true, next_cursor: '100:1:0' }
      : { results: [{ state: 'todo' }], next_page_results: false },
};

it('counts the open items of all pages, where /digest was written', async () => {
  const { comment, workItem, ...event } = eventOf('workitem.comment.created', { comment: { text: '/digest' } });
  const context = fakeContext({ answers });
  const command = { name: '/digest', args: {}, text: '', comment, workItem };
  await new DigestHandler().choose({ ...command, event: { ...event, comment, workItem } }, context);
  await new DigestHandler().write(run, context);
  expect(context.calls.at(-1)).toEqual({
    method: 'reply',
    args: [{ markdown: '**2026-03-02**\n\n- Todo: 2' }, { on: { id: workItem.id, projectId: expect.any(String) } }],
  });
});

it('says why there is none', async () => {
  await expect(new DigestHandler().write(run, fakeContext())).rejects.toThrow('there is no /digest yet');
});
