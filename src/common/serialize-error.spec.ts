import { describe, expect, it } from '@jest/globals';
import { plainError, serializeError } from './serialize-error.js';

describe('serializeError', () => {
  it('copies type, message, code, stack and causes, and no other property', () => {
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

  it.each([[undefined], ['text'], [42]])('accepts any thrown value: %j', (thrown) => {
    expect(serializeError(thrown)).toEqual({ type: typeof thrown, message: String(thrown) });
  });

  it('accepts an object without prototype, and one that resembles an error', () => {
    expect(serializeError(Object.create(null))).toEqual({ type: 'object', message: 'a value without text' });
    expect(serializeError({ message: 'connection lost', code: 'E_LOST', password: 'hush' })).toEqual({
      type: 'Error',
      message: 'connection lost',
      code: 'E_LOST',
    });
  });

  it.each(['message', 'code', 'stack', 'cause', 'name'])('accepts an error whose %s cannot be read', (field) => {
    const error = Object.defineProperty(new Error('seen'), field, {
      get: () => {
        throw new Error('not readable');
      },
    });
    expect(typeof serializeError(error).message).toBe('string');
    expect(typeof plainError(error).message).toBe('string');
  });

  it('limits circular causes', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(serializeError(error)).length).toBeGreaterThan(0);
  });

  it('limits the message, and removes what PostgreSQL cannot store', () => {
    const { message } = serializeError(new Error(`a\0b\ud800${'x'.repeat(10_000)}`));
    expect(message.startsWith('ab\ufffdx')).toBe(true);
    expect(message.length).toBeLessThanOrEqual(2000);
  });
});

describe('plainError', () => {
  it('copies type, message and stack only', () => {
    const error = Object.assign(new TypeError('bad'), { config: 'hush' });
    const plain = plainError(error);
    expect(Object.keys(plain)).not.toContain('config');
    expect(plain).toMatchObject({ name: 'TypeError', message: 'bad', stack: error.stack });
  });
});
