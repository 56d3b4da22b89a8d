import { describe, expect, it } from '@jest/globals';
import { freeBuffer } from './free-buffer.js';

describe('freeBuffer', () => {
  it('frees the memory of a buffer at once', () => {
    const buffer = Buffer.alloc(50_000_000, 1);
    const before = process.memoryUsage().arrayBuffers;
    freeBuffer(buffer);
    expect(buffer.length).toBe(0);
    expect(before - process.memoryUsage().arrayBuffers).toBeGreaterThan(49_000_000);
  });

  it.each([
    ['a part of another', (): Buffer => Buffer.alloc(100_000, 'a').subarray(1)],
    ['one of the pool', (): Buffer => Buffer.from('aaaa')],
    ['an empty one', (): Buffer => Buffer.alloc(0)],
  ])('leaves %s as it is', (_name, make) => {
    const buffer = make();
    const text = buffer.toString();
    freeBuffer(buffer);
    expect(buffer.toString()).toBe(text);
  });
});
