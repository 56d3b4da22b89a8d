import { describe, expect, it } from '@jest/globals';
import { Secret } from '../common/secret.js';
import { scrub } from './scrub.js';

describe('scrub', () => {
  const secret = new Secret('s3cret/with+signs=');

  it.each([
    ['as it is', 'token s3cret/with+signs= is bad'],
    ['URL-encoded', 'refresh_token=s3cret%2Fwith%2Bsigns%3D&x=1'],
    ['in base64', Buffer.from('s3cret/with+signs=').toString('base64')],
    ['in base64 after one byte', Buffer.from(':s3cret/with+signs=').toString('base64')],
    ['in base64 after two bytes', Buffer.from('i:s3cret/with+signs=').toString('base64')],
    ['in base64url', Buffer.from('id:s3cret/with+signs=').toString('base64url')],
  ])('removes a secret %s', (_, text) => {
    const scrubbed = scrub(text, [secret]);
    expect(scrubbed).toContain('[secret]');
    expect(scrubbed).not.toMatch(/s3cret|with.signs|czNjcmV0|M2NyZXQ|zY3JldC/);
  });

  it('removes a secret in form encoding and in JSON', () => {
    const odd = new Secret(`a "b" (c)!`);
    const text = `x=${new URLSearchParams({ v: odd.reveal() }).toString()} ${JSON.stringify({ v: odd.reveal() })}`;
    expect(scrub(text, [odd])).toBe('x=v=[secret] {"v":"[secret]"}');
  });

  it('removes what follows Basic and Bearer, known or not', () => {
    expect(scrub('Authorization: Bearer abc.def-1 and Basic Zm9vOmJhcg==', [])).toBe(
      'Authorization: Bearer [secret] and Basic [secret]',
    );
  });

  it('keeps other text, also with an empty secret', () => {
    expect(scrub('nothing to hide', [secret, new Secret('')])).toBe('nothing to hide');
  });
});
