import { describe, expect, it } from '@jest/globals';
import { within } from './within.js';

const late = (): Error => new Error('too late');

describe('within', () => {
  it('gives the outcome that comes in time', async () => {
    expect(await within(1000, Promise.resolve('done'), late)).toBe('done');
    await expect(within(1000, Promise.reject(new Error('failed')), late)).rejects.toThrow('failed');
  });

  it('does not wait for one that does not', async () => {
    await expect(within(5, new Promise(() => undefined), late)).rejects.toThrow('too late');
  });
});
