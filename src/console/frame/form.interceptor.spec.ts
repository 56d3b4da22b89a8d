import { describe, expect, it } from '@jest/globals';
import { SubmittedForms } from './form.interceptor.js';

describe('a form that is submitted twice', () => {
  it('runs its operation once, and gets the same result', async () => {
    const forms = new SubmittedForms<number>();
    let runs = 0;
    const run = async (): Promise<number> => (runs += 1);
    expect(await Promise.all([forms.once('a', run), forms.once('a', run)])).toEqual([1, 1]);
    expect(await forms.once('b', run)).toBe(2);
  });

  it('runs its operation again after an error', async () => {
    const forms = new SubmittedForms<string>();
    await expect(forms.once('a', async () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await forms.once('a', async () => 'done')).toBe('done');
  });
});
