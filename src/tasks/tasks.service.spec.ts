import { expect, it, jest } from '@jest/globals';
import { type Installation } from '../installations/installation.js';
import { type InstallationsService } from '../installations/installations.service.js';
import { type TaskRegistry } from './task.registry.js';
import { type TasksRepository } from './tasks.repository.js';
import { Tasks } from './tasks.service.js';

const NOW = new Date('2026-01-30T09:00:00Z');
const installation = { id: 'i', workspaceId: 'w' } as Installation;

function scene() {
  const insert = jest.fn<TasksRepository['insert']>(async () => ({ id: 't', dueAt: NOW }));
  const registry = { taskNames: () => ['remind', 'escalate'] } as TaskRegistry;
  const rows = { insert } as unknown as TasksRepository;
  const tasks = new Tasks(registry, rows, {} as InstallationsService).ofRun(installation, 'work-item');
  return { tasks, insert };
}

it.each([
  ['an unknown name', 'remnid', {}, { after: '2h' }, 'No method has @OnTask("remnid"); did you mean "remind"?'],
  ['no time', 'remind', {}, {}, 'pass either "after"'],
  ['two times', 'remind', {}, { after: 1, at: NOW }, 'pass either "after"'],
  ['a text that is no duration', 'remind', {}, { after: 'soon' }, '"after" is "soon": it must be seconds, or a text'],
  ['a negative duration', 'remind', {}, { after: -1 }, '"after" is -1'],
  ['a duration of ages', 'remind', {}, { after: '9999w' }, 'up to five years'],
  ['a text that is no time', 'remind', {}, { at: 'tomorrow' }, '"at" is tomorrow: it must be a date'],
  ['a time in ages', 'remind', {}, { at: '2999-01-01T00:00:00Z' }, 'up to five years from now'],
  ['data that JSON does not have', 'remind', 1n, { after: 1 }, 'the data must be what JSON can express'],
  ['a function', 'remind', () => 1, { after: 1 }, 'a function or symbol is not'],
  ['much data', 'remind', 'x'.repeat(70_000), { after: 1 }, 'the data has 70002 bytes as JSON; up to 65536'],
  ['an unknown event', 'remind', {}, { after: 1, cancelOn: 'workitem.deletd' }, 'cancelOn: '],
  ['an empty key', 'remind', {}, { after: 1, key: '' }, 'the key must be a text'],
])('a task with %s is rejected', async (_, name, data, options, message) => {
  const { tasks, insert } = scene();
  await expect(tasks.schedule(name, data, options as never)).rejects.toThrow(message);
  expect(insert).not.toHaveBeenCalled();
});

it('a task is cancelled by events of the work item of its run, or of the one that is named', async () => {
  const { tasks, insert } = scene();
  await tasks.schedule('remind', {}, { after: '2h', cancelOn: 'issue.deleted' });
  expect(insert).toHaveBeenLastCalledWith(
    expect.objectContaining({ afterSeconds: 7200, at: null, entityId: 'work-item', cancelOn: ['workitem.deleted'] }),
  );
  await tasks.schedule('remind', {}, { at: NOW, cancelOn: ['workitem.comment.*'], workItemId: 'other' });
  expect(insert).toHaveBeenLastCalledWith(
    expect.objectContaining({
      at: NOW,
      entityId: 'other',
      cancelOn: expect.arrayContaining(['workitem.comment.created']),
    }),
  );
});
