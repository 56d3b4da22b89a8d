import { describe, expect, it } from '@jest/globals';
import { SingleFlight } from './single-flight.js';

describe('a shared question', () => {
  it('is asked once by all who ask at once, and anew when it is answered', async () => {
    let asked = 0;
    const question = new SingleFlight(async () => (asked += 1), 1000);
    expect(await Promise.all([question.run(), question.run()])).toEqual([1, 1]);
    expect(await question.run()).toBe(2);
  });

  it('tells all of them of a failure, and is asked anew', async () => {
    let asked = 0;
    const question = new SingleFlight(async () => {
      asked += 1;
      if (asked === 1) throw new Error('away');
      return asked;
    }, 1000);
    expect(await Promise.allSettled([question.run(), question.run()])).toEqual([
      { status: 'rejected', reason: new Error('away') },
      { status: 'rejected', reason: new Error('away') },
    ]);
    expect(await question.run()).toBe(2);
  });

  it('is asked anew once it hangs, and a late answer to the first changes nothing', async () => {
    const questions: PromiseWithResolvers<string>[] = [];
    const question = new SingleFlight(() => {
      const asked = Promise.withResolvers<string>();
      questions.push(asked);
      return asked.promise;
    }, 1000);
    const first = question.run(0);
    void question.run(999);
    expect(questions).toHaveLength(1);
    const second = question.run(1000);
    expect(questions).toHaveLength(2);
    questions[0]?.resolve('late');
    expect(await first).toBe('late');
    void question.run(1500);
    expect(questions).toHaveLength(2);
    questions[1]?.resolve('in time');
    expect(await second).toBe('in time');
  });
});
