import { describe, expect, it } from '@jest/globals';
import { grantOf } from './plane-answers.js';

describe('the lifetime of a grant', () => {
  it.each([
    [86400, 86400],
    ['86400', 86400],
    [' 3600 ', 3600],
    ['0', undefined],
    ['', undefined],
    ['soon', undefined],
    ['-5', undefined],
    [null, undefined],
    [undefined, undefined],
    ['999999999999', undefined],
  ])('%j is %j seconds', (sent, seconds) => {
    expect(grantOf({ access_token: 'token', expires_in: sent }).expiresInSeconds).toBe(seconds);
  });
});
