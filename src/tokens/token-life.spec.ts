import { describe, expect, it } from '@jest/globals';
import { dueAt, isDue, isLive } from './token-life.js';

const at = (seconds: number): Date => new Date(seconds * 1000);
const token = (life: number): { obtainedAt: Date; expiresAt: Date } => ({
  obtainedAt: at(0),
  expiresAt: at(life),
});

describe('a token', () => {
  it.each([
    ['the margin before its expiry', 86_400, 0, 82_800],
    ['earlier by chance, so that tokens made together are not renewed together', 86_400, 1, 62_100],
    ['after two thirds of a short life, whatever the margin', 30, 0, 20],
    ['after half of a short life at the earliest', 30, 1, 15],
  ])('falls due %s', (_, life, random, seconds) => {
    expect(dueAt(token(life), 3600, random)).toEqual(at(seconds));
  });

  it('is due from then on', () => {
    expect([19.999, 20].map((seconds) => isDue({ dueAt: at(20) }, at(seconds)))).toEqual([false, true]);
  });

  it('lives until its expiry', () => {
    expect(isLive(token(30), at(29.999))).toBe(true);
    expect(isLive(token(30), at(30))).toBe(false);
  });
});
