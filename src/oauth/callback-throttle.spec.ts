import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CallbackThrottle } from './callback-throttle.js';

const ATTACKER = '198.51.100.1';
const OTHER = '192.0.2.7';
const TIMES = 100_000;

let throttle: CallbackThrottle;

beforeEach(() => {
  jest.useFakeTimers({ now: 0 });
  throttle = new CallbackThrottle({ requestsPerMinute: 30 });
});

afterEach(() => {
  jest.useRealTimers();
});

/** How often it was done before it threw, or returned false. */
function countOf(acquire: (time: number) => unknown): number {
  for (let time = 0; time < TIMES; time += 1)
    try {
      if (acquire(time) === false) return time;
    } catch {
      return time;
    }
  return TIMES;
}

describe('the throttle of callbacks', () => {
  it.each<[string, number, (address: string, time: number) => unknown]>([
    ['callbacks', 30, (address) => throttle.acquireCallback(address)],
    ['exchanges', 60, (address) => throttle.acquireExchange(address)],
    ['installs', 60, (address, time) => throttle.acquireInstall(`${time}`, true, address)],
    ['calls about one installation', 60, (address) => throttle.acquireInstall('one', true, address)],
    ['installs without a consent', 20, (address, time) => throttle.acquireInstall(`${time}`, false, address)],
    ['uses of states', 100, (address) => throttle.acquireStateUse(address)],
    ['uses of states of other browsers', 20, (address) => throttle.tryAcquireForeignUse(address)],
    ['codes without a consent', 60, (address) => throttle.tryAcquireCode(address)],
  ])('gives each address a number of %s, which another one does not use up', (_, count, acquire) => {
    expect(countOf((time) => acquire(ATTACKER, time))).toBe(count);
    expect(acquire(OTHER, 0)).not.toBe(false);
  });

  it('counts the addresses of an IPv6 network as one', () => {
    expect(countOf((time) => throttle.acquireExchange(`2001:db8::${time.toString(16)}`))).toBe(60);
    expect(() => throttle.acquireExchange('2001:db8:0:1::1')).not.toThrow();
  });

  it('limits all addresses together', () => {
    expect(countOf((time) => throttle.acquireExchange(`10.0.${time >> 8}.${time & 255}`))).toBe(300);
  });

  it('shows codes of a client that sends too many from those of too many clients', () => {
    expect(countOf((time) => throttle.tryAcquireCode(`10.0.${time >> 8}.${time & 255}`))).toBe(600);
    expect(throttle.tryAcquireCode(OTHER)).toBe(false);
    expect(countOf(() => throttle.tryAcquireCode(ATTACKER) || true)).toBe(60);
    expect(() => throttle.tryAcquireCode(ATTACKER)).toThrow('Try again in a minute');
  });

  it('does not let callbacks without a consent use up the installs of consents', () => {
    countOf((time) => throttle.acquireInstall('one', false, `10.0.${time >> 8}.${time & 255}`));
    expect(() => throttle.acquireInstall('one', true, OTHER)).not.toThrow();
  });
});
