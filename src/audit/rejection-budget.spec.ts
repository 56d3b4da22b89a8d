import { describe, expect, it } from '@jest/globals';
import { RejectionBudget } from './rejection-budget.js';

const stranger = (id: string) => ({ kind: 'anonymous', id }) as const;

describe('the budget of refusals', () => {
  it('admits 10 a minute of all who are not known, and counts the rest into the next one', () => {
    const budget = new RejectionBudget();
    const admitted = Array.from({ length: 25 }, (_, index) =>
      budget.admit(stranger(`${index}`), 1000 + index),
    );
    expect(admitted.filter((each) => each !== undefined)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(budget.admit(stranger('x'), 60_999)).toBeUndefined();
    expect(budget.admit(stranger('x'), 61_000)).toBe(16);
    expect(budget.admit(stranger('x'), 61_000)).toBe(0);
  });

  it('holds for each of those who are known', () => {
    const budget = new RejectionBudget();
    for (let n = 0; n < 20; n += 1) budget.admit(stranger('x'), 0);
    expect(budget.admit({ kind: 'person', id: 'a' }, 0)).toBe(0);
  });
});
