import { describe, expect, it } from '@jest/globals';
import { type AgentOptions } from './agent-options.js';
import { type LastWord } from './last-word.service.js';
import { TurnFailureService } from './turn-failure.service.js';

const TURN = { id: 'turn', deliveryId: '0199c1a7-0000-7000-8000-000000000001' };

async function wordAfter(
  onFailure: AgentOptions['onFailure'],
  error: unknown = new Error('no key'),
): Promise<LastWord> {
  const said: LastWord[] = [];
  const agents = { agent: { options: { onFailure } } };
  const lastWords = { say: async (_turn: unknown, word: LastWord) => said.push(word) > 0 };
  await new TurnFailureService(agents as never, {} as never, lastWords as never).fail(TURN as never, 'no key', error);
  const [word] = said;
  if (!word) throw new Error('nothing was said');
  return word;
}

describe('the error that a user reads after the last attempt', () => {
  it('has a reference that an operator can search by, and nothing of the error', async () => {
    const word = await wordAfter(undefined);
    expect(word).toMatchObject({ type: 'error', reason: 'no key', reference: TURN.deliveryId });
    expect(word.body).toContain(TURN.deliveryId);
    expect(word.body).not.toContain('no key');
  });

  it('is in the words of the author, a text or a function of the error', async () => {
    expect((await wordAfter('Ask the desk.')).body).toBe('Ask the desk.');
    expect((await wordAfter((error) => `Sorry: ${(error as Error).message}`)).body).toBe('Sorry: no key');
  });

  it('is the standard one where the function of the author throws, or gives no text', async () => {
    const standard = (await wordAfter(undefined)).body;
    const throwing = (): string => {
      throw new Error('in onFailure');
    };
    expect((await wordAfter(throwing)).body).toBe(standard);
    expect((await wordAfter(() => ' ')).body).toBe(standard);
  });
});
