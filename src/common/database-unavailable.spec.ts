import { describe, expect, it } from '@jest/globals';
import { QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { markDatabaseError } from './database-error.js';
import { isTransientDatabaseError, rejectedWrites, toDomainError } from './database-unavailable.js';

const isAway = (error: unknown): boolean => toDomainError(error) !== error;
const withCode = (code: string): Error => Object.assign(new Error('no'), { code });
const ofDatabase = <E>(error: E): E => {
  markDatabaseError(error);
  return error;
};

describe('toDomainError', () => {
  it.each(['ECONNREFUSED', 'ECONNRESET', '57P01', '08006', '53300'])(
    'recognizes the code %s of the database',
    (code) => {
      expect(isAway(ofDatabase(withCode(code)))).toBe(true);
      expect(isAway(Object.assign(withCode(code), { driverError: ofDatabase(withCode(code)) }))).toBe(true);
    },
  );

  it('recognizes the messages of pg, also within an AggregateError', () => {
    expect(isAway(ofDatabase(new Error('Connection terminated unexpectedly')))).toBe(true);
    expect(isAway(ofDatabase(new Error('Client has encountered a connection error and is not queryable')))).toBe(true);
    for (const message of ['Query read timeout', 'timeout expired'])
      expect(isAway(ofDatabase(new Error(message)))).toBe(true);
    expect(isAway(ofDatabase(new AggregateError([withCode('ECONNREFUSED')])))).toBe(true);
  });

  it.each([new QueryRunnerAlreadyReleasedError(), new QueryRunnerProviderAlreadyReleasedError()])(
    'recognizes a lost connection by %p of TypeORM',
    (error) => {
      expect([isAway(error), isTransientDatabaseError(error)]).toEqual([true, true]);
    },
  );

  it.each([
    ['an aborted body', Object.assign(new Error('aborted'), { code: 'ECONNRESET' })],
    ['a body that Fastify could not read', Object.assign(withCode('ECONNRESET'), { statusCode: 400 })],
    ['an HTTP client', Object.assign(withCode('ECONNREFUSED'), { isAxiosError: true })],
    ['fetch', new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') })],
    ['a socket', withCode('ECONNRESET')],
    ['name resolution', withCode('ENOTFOUND')],
    ['a handler that quotes another error', new Error('Connection terminated unexpectedly')],
    [
      'several attempts to connect',
      Object.assign(new AggregateError([withCode('ECONNREFUSED')]), { code: 'ECONNREFUSED' }),
    ],
    ['another database', withCode('57P01')],
  ])('does not recognize the error of %s', (_, error) => {
    expect(isAway(error)).toBe(false);
  });

  it.each([ofDatabase(withCode('23505')), ofDatabase(new Error('no')), undefined, null, 'ECONNREFUSED'])(
    'does not recognize %p',
    (error) => {
      expect(isAway(error)).toBe(false);
    },
  );
});

describe('rejectedWrites', () => {
  it.each([
    ['25006', 'the database is read-only'],
    ['53100', 'the disk of the database is full'],
  ])('says why a database rejects writes with %s, and the answer is 503', (code, reason) => {
    const error = ofDatabase(withCode(code));
    expect(rejectedWrites(error)).toBe(reason);
    expect(toDomainError(error)).toMatchObject({ status: 503, code: 'database_rejects_writes' });
    expect(rejectedWrites(withCode(code))).toBeUndefined();
  });
});

describe('isTransientDatabaseError', () => {
  it('is true where the same statements may succeed later', () => {
    const codes = ['ECONNREFUSED', '40001', '40P01', '53100', '55P03', '57014', '25006'];
    expect(codes.filter((code) => !isTransientDatabaseError(ofDatabase(withCode(code))))).toEqual([]);
  });

  it('is false where they fail again, and for errors that are not of the database', () => {
    const lasting = ['42P01', '42501', '22P05', '23505', 'XX000'].map((code) => ofDatabase(withCode(code)));
    expect([...lasting, withCode('40001'), withCode('ECONNREFUSED')].filter(isTransientDatabaseError)).toEqual([]);
  });
});
