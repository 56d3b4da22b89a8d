import { describe, expect, it } from '@jest/globals';
import { ownPath } from './return-to.js';

const OURS = 'https://hangar.example.com';

describe('ownPath', () => {
  it.each([
    ['/console', '/console'],
    ['/console?tab=1#top', '/console?tab=1#top'],
    ['/a/../b', '/b'],
    ['/', '/'],
  ])('accepts %s', (given, path) => {
    expect(ownPath(given, OURS)).toBe(path);
  });

  it.each([
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    '/..//evil.example',
    '/.//evil.example',
    'https://evil.example',
    'https:evil.example',
    'javascript:alert(1)',
    'console',
    '@evil.example',
  ])('rejects %j', (given) => {
    expect(() => ownPath(given, OURS)).toThrow('return_to must be a path on this server');
  });
});
