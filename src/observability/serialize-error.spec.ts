import { describe, expect, it } from '@jest/globals';
import { serializeError } from './serialize-error.js';

describe('an error in the log', () => {
  it('shows type, message, code, stack and causes, and nothing else that a library hung on it', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'E_INNER', parameters: ['hush'] });
    const error = Object.assign(new Error('outer', { cause }), {
      config: { headers: { authorization: 'hush' } },
    });
    const shown = serializeError(error);
    expect(shown).toMatchObject({
      type: 'Error',
      message: 'outer',
      cause: { type: 'TypeError', message: 'inner', code: 'E_INNER' },
    });
    expect(JSON.stringify(shown)).not.toContain('hush');
  });

  it.each([[undefined], ['text'], [42]])('may be anything that was thrown: %j', (thrown) => {
    expect(serializeError(thrown)).toEqual({ type: typeof thrown, message: String(thrown) });
  });

  it('ends with causes that go in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(serializeError(error)).length).toBeGreaterThan(0);
  });
});
