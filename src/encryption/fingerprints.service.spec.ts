import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { Secret } from '../common/secret.js';
import { FingerprintsService, shownFingerprint } from './fingerprints.service.js';

const [OLD, NEW] = ['old', 'new'].map((kid, index) => ({
  kid,
  key: new Secret(Buffer.alloc(32, index + 1).toString('base64')),
})) as [{ kid: string; key: Secret }, { kid: string; key: Secret }];
const SECRET = new Secret('plane_wh_guess');
const SHA = createHash('sha256').update(SECRET.reveal()).digest('hex');

const fingerprints = (...encryptionKeys: (typeof OLD)[]): FingerprintsService =>
  new FingerprintsService({ encryptionKeys });

describe('the fingerprint of a secret', () => {
  it('is the same in every process with the same key', () => {
    expect(fingerprints(OLD).of(SECRET)).toBe(fingerprints(OLD).of(new Secret(SECRET.reveal())));
    expect(fingerprints(OLD).of(SECRET)).toMatch(/^[0-9a-f]{12}$/);
  });

  it('cannot be computed from a guess of the secret without the key', () => {
    expect(SHA).not.toContain(fingerprints(OLD).of(SECRET).slice(0, 8));
    expect(fingerprints(NEW).of(SECRET)).not.toBe(fingerprints(OLD).of(SECRET));
  });

  it('is found in rows of the key before and of earlier releases', () => {
    const known = fingerprints(NEW, OLD).known(SECRET);
    expect(known).toEqual([fingerprints(NEW).of(SECRET), fingerprints(OLD).of(SECRET), SHA.slice(0, 8)]);
  });

  it('of an earlier release is not shown', () => {
    expect(shownFingerprint(SHA.slice(0, 8))).toBe('of an earlier release');
    expect(shownFingerprint(fingerprints(OLD).of(SECRET))).toBe(fingerprints(OLD).of(SECRET));
  });
});
