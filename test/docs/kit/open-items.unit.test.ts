import { expect, it } from '@jest/globals';
import { type AgentSession } from 'hangar';
import { fakeSession } from 'hangar/testing';

async function answer(session: AgentSession): Promise<void> {
  await session.thought('Counting');
  if (session.prompt.text === 'how many?') await session.respond('There are 42.');
  else await session.ask('Which project?');
}

it('answers, or asks', async () => {
  const asked = fakeSession({ prompt: 'how many?' });
  await answer(asked);
  expect(asked.answer).toBe('There are 42.');

  const other = fakeSession({ prompt: 'hello', history: ['how many?', 'There are 42.'] });
  await answer(other);
  expect(other.activities.at(-1)).toEqual({ type: 'elicitation', text: 'Which project?' });
});
