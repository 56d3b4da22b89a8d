import { describe, expect, it } from '@jest/globals';
import { forwardedAddresses } from './forwarded-for.js';

describe('the addresses in X-Forwarded-For', () => {
  it.each<[string, string[]]>([
    ['192.0.2.7', ['192.0.2.7']],
    ['192.0.2.7, 198.51.100.1', ['192.0.2.7', '198.51.100.1']],
    ['192.0.2.7:50123', ['192.0.2.7']],
    ['[2001:db8::1]:443, [2001:db8::2], 2001:db8::3', ['2001:db8::1', '2001:db8::2', '2001:db8::3']],
    ['192.0.2.7, unknown, 198.51.100.1', ['198.51.100.1']],
    ['198.51.100.1, unknown', []],
    ['<script>', []],
    ['192.0.2.7:', []],
    ['999.0.2.7:80', []],
    ['', []],
    [',', []],
  ])('are read from %j', (header, addresses) => {
    expect(forwardedAddresses(header)).toEqual(addresses);
  });
});
