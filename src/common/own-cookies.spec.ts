import { describe, expect, it } from '@jest/globals';
import { ownCookies } from './own-cookies.js';

describe('the cookies of a request', () => {
  it("are Hangar's own alone", () => {
    const header = 'sid=1; __Host-hangar-session=a.b; hangar-oauth-0123456789ab=c; xhangar-session=d; hangar=e; 0=%';
    expect(
      ownCookies(header)
        .split(';')
        .map((cookie) => cookie.trim()),
    ).toEqual(['__Host-hangar-session=a.b', 'hangar-oauth-0123456789ab=c']);
  });

  it('are no more than Hangar sets', () => {
    const many = Array.from({ length: 3000 }, (_, index) => `hangar-oauth-${index}=1`).join(';');
    expect(ownCookies(many).split(';')).toHaveLength(24);
  });
});
