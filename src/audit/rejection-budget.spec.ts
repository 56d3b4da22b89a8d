import { describe, expect, it } from '@jest/globals';
import { RejectionBudget } from './rejection-budget.js';

const anonymous = (id: string) => ({ kind: 'anonymous', id }) as const;

describe('the budget of recorded rejections', () => {
  it('admits 10 per minute of all anonymous clients, and adds the omitted ones to the next entry', () => {
    const budget = new RejectionBudget();
    const admitted = Array.from({ length: 25 }, (_, index) => budget.admit(anonymous(`${index}`), 1000 + index));
    expect(admitted.filter((each) => each !== undefined)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(budget.admit(anonymous('x'), 60_999)).toBeUndefined();
    expect(budget.admit(anonymous('x'), 61_000)).toBe(16);
    expect(budget.admit(anonymous('x'), 61_000)).toBe(0);
  });

  it('is separate for each known actor', () => {
    const budget = new RejectionBudget();
    for (let n = 0; n < 20; n += 1) budget.admit(anonymous('x'), 0);
    expect(budget.admit({ kind: 'person', id: 'a' }, 0)).toBe(0);
  });
});
