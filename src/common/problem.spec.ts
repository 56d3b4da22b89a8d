import { describe, expect, it } from '@jest/globals';
import { NotFoundException } from '@nestjs/common';
import { DomainError } from './domain-error.js';
import { problemOf } from './problem.js';

describe('problemOf', () => {
  it('describes a domain error', () => {
    const error = new DomainError({ code: 'no_tea', title: 'No tea', detail: 'Boil water.', status: 418 });
    expect(problemOf(error, 'r1')).toEqual({
      type: 'urn:hangar:no_tea',
      title: 'No tea',
      status: 418,
      detail: 'Boil water.',
      requestId: 'r1',
    });
  });

  it('lists all invalid parameters of a request', () => {
    const errors = [{ parameter: 'limit', problem: 'must be a whole number' }];
    const error = new DomainError({ code: 'bad', title: 'Bad', detail: 'Bad.', status: 400, errors });
    expect(problemOf(error, 'r1')).toMatchObject({ status: 400, errors });
  });

  it.each([
    [new NotFoundException('Cannot GET /x'), 404, 'Cannot GET /x'],
    [Object.assign(new Error('Request body is too large'), { statusCode: 413 }), 413, 'Request body is too large'],
  ])('describes errors of the HTTP layer: %s', (error, status, detail) => {
    expect(problemOf(error, 'r1')).toMatchObject({ type: 'about:blank', status, detail });
  });

  it.each([
    [new Error('password=hush')],
    [undefined],
    ['hush'],
    [Object.assign(new Error('hush'), { statusCode: 200 })],
  ])('does not describe an unexpected error', (error) => {
    const problem = problemOf(error, 'r1');
    expect(problem).toMatchObject({ status: 500, requestId: 'r1' });
    expect(JSON.stringify(problem)).not.toContain('hush');
  });
});
