import { describe, expect, it } from '@jest/globals';
import { format, inspect } from 'node:util';
import { Secret } from './secret.js';

describe('Secret', () => {
  const secret = new Secret('hunter2');

  it('reveals its value', () => {
    expect(secret.reveal()).toBe('hunter2');
  });

  it.each([
    ['text', String(secret)],
    ['JSON', JSON.stringify({ secret })],
    ['inspect', inspect({ nested: { secret } }, { showHidden: true, depth: 9 })],
    ['format', format('%s %o %j', secret, secret, secret)],
  ])('is not printed by %s', (_, text) => {
    expect(text).toContain('[secret]');
    expect(text).not.toContain('hunter2');
  });
});
