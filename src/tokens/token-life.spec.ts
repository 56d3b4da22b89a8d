import { describe, expect, it } from '@jest/globals';
import { isDue, isLive } from './token-life.js';

const at = (seconds: number): Date => new Date(seconds * 1000);
const token = (life: number): { obtainedAt: Date; expiresAt: Date } => ({
  obtainedAt: at(0),
  expiresAt: at(life),
});

describe('a token', () => {
  it('is due the margin before its expiry', () => {
    expect(isDue(token(86_400), 3600, at(82_799))).toBe(false);
    expect(isDue(token(86_400), 3600, at(82_800))).toBe(true);
  });

  it('that lives shortly is due after two thirds of its life, whatever the margin', () => {
    expect(isDue(token(30), 3600, at(19))).toBe(false);
    expect(isDue(token(30), 3600, at(20))).toBe(true);
  });

  it('lives until its expiry', () => {
    expect(isLive(token(30), at(29.999))).toBe(true);
    expect(isLive(token(30), at(30))).toBe(false);
  });
});
