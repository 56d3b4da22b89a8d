import { describe, expect, it } from '@jest/globals';
import { Secret } from '../common/secret.js';
import { scrub } from './scrub.js';

describe('scrub', () => {
  const secret = new Secret('s3cret/with+signs=');

  it.each([
    ['as it is', 'token s3cret/with+signs= is bad'],
    ['URL-encoded', 'refresh_token=s3cret%2Fwith%2Bsigns%3D&x=1'],
    ['in base64', `Basic ${Buffer.from('s3cret/with+signs=').toString('base64')}`],
  ])('takes a secret out %s', (_, text) => {
    expect(scrub(text, [secret])).toMatch(/\[secret\]/);
    expect(scrub(text, [secret])).not.toMatch(/s3cret|czNjcmV0/);
  });

  it('leaves other text alone, and survives an empty secret', () => {
    expect(scrub('nothing to hide', [secret, new Secret('')])).toBe('nothing to hide');
  });
});
