import { describe, expect, it } from '@jest/globals';
import { flashCookie, packFlash, unpackFlash } from './flash.js';

describe('a flash message', () => {
  it('survives encoding and decoding', () => {
    const flash = { kind: 'failed', text: 'no <b>; "ü" 😀' } as const;
    expect(unpackFlash(packFlash(flash))).toEqual(flash);
  });

  it.each([undefined, '', 'nonsense', Buffer.from('[1]').toString('base64url'), 'bnVsbA'])(
    'is undefined for the cookie %j',
    (value) => {
      expect(unpackFlash(value)).toBeUndefined();
    },
  );

  it('has a __Host- cookie on HTTPS', () => {
    expect(flashCookie('https://hangar.example')).toEqual({
      name: '__Host-hangar-flash',
      path: '/',
      secure: true,
    });
    expect(flashCookie('http://localhost:3000')).toEqual({
      name: 'hangar-flash',
      path: '/',
      secure: false,
    });
  });
});
