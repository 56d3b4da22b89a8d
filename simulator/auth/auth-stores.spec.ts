import { describe, expect, it } from '@jest/globals';
import { RateLimiter } from '../api/rate-limiter.js';
import { PLANE_SETTINGS } from '../settings.js';
import { AuthorizationCodes } from './authorization-codes.js';
import { TokenStore } from './token-store.js';

const START = 1_000_000;

function clock() {
  let now = START;
  return { now: () => now, advance: (seconds: number) => (now += seconds * 1000) };
}

describe('AuthorizationCodes', () => {
  const grant = { userId: 'u', redirectUri: 'http://a/', scope: 'read' };

  it('expires a code after ten minutes', () => {
    const time = clock();
    const codes = new AuthorizationCodes(time.now);
    const [first, second] = [codes.issue(grant), codes.issue(grant)];
    time.advance(599);
    expect(codes.take(first, 'http://a/')).toMatchObject(grant);
    time.advance(1);
    expect(codes.take(second, 'http://a/')).toBeUndefined();
  });

  it('consumes a code even if the redirect URI is wrong', () => {
    const codes = new AuthorizationCodes();
    const code = codes.issue(grant);
    expect(codes.take(code, 'http://b/')).toBeUndefined();
    expect(codes.take(code, 'http://a/')).toBeUndefined();
  });
});

describe('TokenStore', () => {
  it('expires access tokens after their lifetime, and counts the valid ones', () => {
    const time = clock();
    const tokens = new TokenStore({ ...PLANE_SETTINGS, accessTokenSeconds: 60 }, time.now);
    const bot = tokens.issue({ kind: 'bot', userId: 'b', workspaceId: 'w', scope: 'read' });
    tokens.issue({ kind: 'user', userId: 'u', workspaceId: null, scope: 'read' });
    expect(tokens.counts()).toEqual({ bot: 1, user: 1, refresh: 1 });
    time.advance(59);
    expect(tokens.find(bot.access_token)).toMatchObject({ userId: 'b' });
    time.advance(1);
    expect(tokens.find(bot.access_token)).toBeUndefined();
    expect(tokens.counts()).toEqual({ bot: 0, user: 0, refresh: 1 });
  });
});

describe('RateLimiter', () => {
  it('starts a new minute for a key after its previous one has ended', () => {
    const time = clock();
    const limiter = new RateLimiter({ ...PLANE_SETTINGS, rateLimitPerMinute: 1 }, time.now);
    expect(limiter.use('a')).toMatchObject({ allowed: true, remaining: 0, resetSeconds: START / 1000 + 60 });
    expect(limiter.use('a')).toMatchObject({ allowed: false, retryAfterSeconds: 60 });
    expect(limiter.use('a').allowed).toBe(false);
    expect(limiter.use('b').allowed).toBe(true);
    time.advance(60);
    expect(limiter.use('a').allowed).toBe(true);
  });

  it('counts over any 60 seconds where it slides; what it refused does not count', () => {
    const time = clock();
    const limiter = new RateLimiter({ ...PLANE_SETTINGS, rateLimitPerMinute: 2, slidingRateLimit: true }, time.now);
    const allowed = (afterSeconds: number) => {
      time.advance(afterSeconds);
      return limiter.use('a').allowed;
    };
    expect([allowed(0), allowed(59), allowed(0), allowed(1), allowed(0), allowed(58)]).toEqual([
      true,
      true,
      false,
      true,
      false,
      false,
    ]);
    time.advance(60);
    expect(limiter.use('a')).toMatchObject({ allowed: true, remaining: 1, resetSeconds: START / 1000 + 238 });
  });
});
