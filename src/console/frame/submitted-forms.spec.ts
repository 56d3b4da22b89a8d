import { describe, expect, it } from '@jest/globals';
import { SubmittedForms } from './submitted-forms.js';

describe('a form that is sent twice', () => {
  it('is done once, and answered alike', async () => {
    const forms = new SubmittedForms<number>();
    let done = 0;
    const act = async (): Promise<number> => (done += 1);
    expect(await Promise.all([forms.once('a', act), forms.once('a', act)])).toEqual([1, 1]);
    expect(await forms.once('b', act)).toBe(2);
  });

  it('may be sent again after a failure', async () => {
    const forms = new SubmittedForms<string>();
    await expect(forms.once('a', async () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    expect(await forms.once('a', async () => 'done')).toBe('done');
  });
});
