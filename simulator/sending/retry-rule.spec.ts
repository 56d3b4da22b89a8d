import { describe, expect, it } from '@jest/globals';
import { PLANE_SETTINGS } from '../settings.js';
import { judge, retryDelayMs } from './retry-rule.js';

const outcome = (status: number | null) => ({ status, answer: '', error: null });

describe('judge', () => {
  it.each([
    ['v2', 200, 'delivered'],
    ['v2', 302, 'refused'],
    ['v2', 404, 'refused'],
    ['v2', 429, 'refused'],
    ['v2', 503, 'retry'],
    ['v1', 500, 'retry'],
    ['agent', 500, 'retry'],
    ['ce', 500, 'refused'],
    ['ce', null, 'retry'],
    ['v2', null, 'retry'],
  ] as const)('%s after %p: %s', (shape, status, verdict) => {
    expect(judge(shape, outcome(status))).toBe(verdict);
  });
});

describe('retryDelayMs', () => {
  it('is about ten minutes divided by the time scale', () => {
    expect(retryDelayMs(PLANE_SETTINGS, () => 0.5)).toBe(600_000);
    expect(retryDelayMs(PLANE_SETTINGS, () => 0)).toBe(480_000);
    expect(retryDelayMs({ ...PLANE_SETTINGS, timeScale: 600 }, () => 0.5)).toBe(1_000);
  });
});
