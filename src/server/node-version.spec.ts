import { describe, expect, it } from '@jest/globals';
import { isVersionAtLeast } from './node-version.js';

describe('isVersionAtLeast', () => {
  it.each([
    ['24.9.0', true],
    ['24.10.0', true],
    ['25.0.0', true],
    ['24.8.9', false],
    ['20.20.2', false],
  ])('compares Node %s with >=24.9.0', (version, enough) => {
    expect(isVersionAtLeast(version, '>=24.9.0')).toBe(enough);
  });
});
