import { expect, it } from '@jest/globals';
import { fakeContext, fakeSession } from 'hangar/testing';
import { ModelAgent, type ModelMessage } from './model.agent.js';

it('streams what the model answers about the work item and the thread', async () => {
  const asked: ModelMessage[][] = [];
  const model = {
    async *stream(messages: readonly ModelMessage[]) {
      asked.push([...messages]);
      yield 'It is ';
      yield 'late.';
    },
  };
  const session = fakeSession({ prompt: 'why?', history: ['when?', 'Tomorrow.'] });
  const context = fakeContext({ answers: { 'workItems.retrieve': { name: 'Ship it' } } });
  await new ModelAgent(model).answer(session, context);
  expect(session.answer).toBe('It is late.');
  expect(asked[0]?.map(({ role, content }) => `${role}: ${content}`)).toEqual([
    'system: The work item: Ship it',
    'user: when?',
    'assistant: Tomorrow.',
    'user: why?',
  ]);
});
