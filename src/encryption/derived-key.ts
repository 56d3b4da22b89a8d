import { hkdfSync } from 'node:crypto';
import { type EncryptionKey } from '../config/encryption-key.js';

/** What a derived key is for, and the version of that use. */
export type KeyPurpose = 'hangar/vault/2' | 'hangar/cookies/2' | 'hangar/fingerprints/1' | 'hangar/oauth-state/1';

const KEY_BYTES = 32;

/** The configured key itself: what releases encrypted with before there were derived keys. */
export function configuredKey({ key }: EncryptionKey): Uint8Array {
  return Buffer.from(key.reveal(), 'base64');
}

/** The key of one purpose, by HKDF (RFC 5869) from a configured key: who has one learns nothing of another. */
export function derivedKey(key: EncryptionKey, purpose: KeyPurpose): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', configuredKey(key), '', purpose, KEY_BYTES));
}
