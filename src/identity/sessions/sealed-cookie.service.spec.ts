import { describe, expect, it } from '@jest/globals';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { Secret } from '../../common/secret.js';
import { SealedCookieService } from './sealed-cookie.service.js';

const KEY = Buffer.alloc(32, 3);
const cookies = new SealedCookieService({ encryptionKeys: [{ kid: 'k', key: new Secret(KEY.toString('base64')) }] });

describe('a sealed cookie', () => {
  it('opens for its purpose only', async () => {
    const text = await cookies.seal({ id: '1' }, 'session', 60);
    expect(await cookies.open(text, 'session')).toMatchObject({ id: '1' });
    expect(await cookies.open(text, 'other')).toBeUndefined();
  });

  it('does not open with the configured key, which encrypts nothing itself', async () => {
    const text = await cookies.seal({ id: '1' }, 'session', 60);
    await expect(jwtDecrypt(text, KEY)).rejects.toThrow('decryption operation failed');
  });

  it('of a release before there were derived keys opens until it expires', async () => {
    const text = await new EncryptJWT({ id: '1' })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', kid: 'k' })
      .setIssuer('hangar')
      .setAudience('session')
      .setExpirationTime('1 minute')
      .encrypt(KEY);
    expect(await cookies.open(text, 'session')).toMatchObject({ id: '1' });
  });

  it.each(['', 'x', 'a.b.c.d.e'])('that is not ours counts as none: %j', async (text) => {
    expect(await cookies.open(text, 'session')).toBeUndefined();
  });
});
