import { beforeEach, describe, expect, it } from '@jest/globals';
import { CallBudget } from './call-budget.js';
import { type CallPriority } from './call-priority.js';
import { type AcquiredCall, type CallBudgetsRepository } from './call-budgets.repository.js';
import { PlaneTiming } from './plane-timing.js';

/** A budget without calls until its reset; the clock advances by each wait. */
describe('a spent budget', () => {
  let nowMs: number;
  let resetsAtMs: number;
  let waits: number[];

  beforeEach(() => {
    [nowMs, resetsAtMs, waits] = [1000, 1000, []];
  });

  const timing = Object.assign(new PlaneTiming(), {
    now: () => nowMs,
    wait: async (ms: number) => {
      waits.push(ms);
      nowMs += ms;
    },
  });
  const acquired: AcquiredCall = { remaining: 59, limit: 60, resetsInSeconds: 60 };
  const budgets = {
    acquire: async () => (nowMs >= resetsAtMs ? acquired : undefined),
    resetsInSeconds: async () => (resetsAtMs - nowMs) / 1000,
    spent: async (_key: string, seconds: number) => void (resetsAtMs = nowMs + seconds * 1000),
  } as unknown as CallBudgetsRepository;
  const budget = (priority: CallPriority): CallBudget =>
    new CallBudget(budgets, 'bot:1', priority, timing, (error) => {
      throw error;
    });

  it.each([
    ['interactive', 4.5],
    ['handler', 29.5],
    ['background', 59.5],
  ] as const)('makes a call of priority %s wait for up to %i s', async (priority, seconds) => {
    resetsAtMs += seconds * 1000;
    await budget(priority).acquire();
    expect(waits).toHaveLength(1);
    expect(nowMs).toBeGreaterThanOrEqual(resetsAtMs);
    expect(nowMs).toBeLessThanOrEqual(resetsAtMs + 500);
  });

  it.each([
    ['interactive', 5],
    ['handler', 30],
    ['background', 60],
  ] as const)('fails a call of priority %s at once where its reset is over %i s away', async (priority, seconds) => {
    resetsAtMs += seconds * 1000 + 1;
    const code = 'plane_budget_spent';
    await expect(budget(priority).acquire()).rejects.toMatchObject({
      code,
      retryAfterSeconds: seconds + 1,
    });
    expect(waits).toEqual([]);
  });

  it('after a 429 delays calls as long as Plane asks', async () => {
    const call = budget('handler');
    await call.acquire();
    await call.learn(429, { 'retry-after': '7' });
    await call.acquire();
    expect(nowMs).toBeGreaterThanOrEqual(8000);
  });
});
