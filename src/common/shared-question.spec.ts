import { describe, expect, it } from '@jest/globals';
import { SharedQuestion } from './shared-question.js';

describe('a shared question', () => {
  it('is asked once by all who ask at once, and anew when it is answered', async () => {
    let asked = 0;
    const question = new SharedQuestion(async () => (asked += 1), 1000);
    expect(await Promise.all([question.answer(), question.answer()])).toEqual([1, 1]);
    expect(await question.answer()).toBe(2);
  });

  it('tells all of them of a failure, and is asked anew', async () => {
    let asked = 0;
    const question = new SharedQuestion(async () => {
      asked += 1;
      if (asked === 1) throw new Error('away');
      return asked;
    }, 1000);
    expect(await Promise.allSettled([question.answer(), question.answer()])).toEqual([
      { status: 'rejected', reason: new Error('away') },
      { status: 'rejected', reason: new Error('away') },
    ]);
    expect(await question.answer()).toBe(2);
  });

  it('is asked anew once it hangs, and a late answer to the first changes nothing', async () => {
    const questions: PromiseWithResolvers<string>[] = [];
    const question = new SharedQuestion(() => {
      const asked = Promise.withResolvers<string>();
      questions.push(asked);
      return asked.promise;
    }, 1000);
    const first = question.answer(0);
    void question.answer(999);
    expect(questions).toHaveLength(1);
    const second = question.answer(1000);
    expect(questions).toHaveLength(2);
    questions[0]?.resolve('late');
    expect(await first).toBe('late');
    void question.answer(1500);
    expect(questions).toHaveLength(2);
    questions[1]?.resolve('in time');
    expect(await second).toBe('in time');
  });
});
