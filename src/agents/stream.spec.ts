import { describe, expect, it } from '@jest/globals';
import { streamed } from './stream.js';

async function* words(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

const STEP_MS = 2000;
/** Two seconds pass with each reading. */
function steppingClock(): () => number {
  let now = 0;
  return () => (now += STEP_MS);
}

describe('a streamed answer', () => {
  const never = new AbortController().signal;

  it('is the text of all chunks', async () => {
    expect(await streamed(words('There ', 'are ', '42.'), never, async () => undefined)).toBe('There are 42.');
  });

  it('shows every few seconds what there is, of a long text its end', async () => {
    const shown: string[] = [];
    await streamed(
      words('a', 'b', 'x'.repeat(700), 'c'),
      never,
      async (text) => void shown.push(text),
      steppingClock(),
    );
    expect(shown[0]).toBe('ab');
    expect(shown[1]).toBe(`…${'x'.repeat(599)}c`);
  });

  it('ends with the signal, although the next chunk never comes', async () => {
    const stop = new AbortController();
    async function* hanging(): AsyncGenerator<string> {
      yield 'a';
      stop.abort(new Error('stopped'));
      await new Promise(() => undefined);
    }
    await expect(streamed(hanging(), stop.signal, async () => undefined)).rejects.toThrow('stopped');
  });

  it('fails as the iterable does', async () => {
    async function* failing(): AsyncGenerator<string> {
      yield 'a';
      throw new Error('the model is overloaded');
    }
    await expect(streamed(failing(), never, async () => undefined)).rejects.toThrow('the model is overloaded');
  });
});
