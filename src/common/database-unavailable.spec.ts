import { describe, expect, it } from '@jest/globals';
import { toDomainError } from './database-unavailable.js';

const isAway = (error: unknown): boolean => toDomainError(error) !== error;
const withCode = (code: string): Error => Object.assign(new Error('no'), { code });

describe('toDomainError', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '08006', '53300'])('recognizes the code %s', (code) => {
    expect(isAway(withCode(code))).toBe(true);
  });

  it('recognizes the messages of pg, also within an AggregateError', () => {
    expect(isAway(new Error('Connection terminated unexpectedly'))).toBe(true);
    expect(isAway(new AggregateError([withCode('ECONNREFUSED')]))).toBe(true);
  });

  it.each([
    ['an aborted body', Object.assign(new Error('aborted'), { code: 'ECONNRESET' })],
    ['a body that Fastify could not read', Object.assign(withCode('ECONNRESET'), { statusCode: 400 })],
    ['an HTTP client', Object.assign(withCode('ECONNREFUSED'), { isAxiosError: true })],
  ])('does not recognize the error of %s', (_, error) => {
    expect(isAway(error)).toBe(false);
  });

  it.each([withCode('23505'), new Error('no'), undefined, 'ECONNREFUSED'])('does not recognize %p', (error) => {
    expect(isAway(error)).toBe(false);
  });
});
