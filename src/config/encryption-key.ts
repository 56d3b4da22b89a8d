import { Secret } from '../common/secret.js';
import { commaSeparated } from './parsers.js';

const KEY_BYTES = 32;
const SHAPE = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** A key for secrets at rest. */
export interface EncryptionKey {
  /** The key's name, kept in the header of all that it encrypts (RFC 7515 §4.1.4). */
  readonly kid: string;
  /** 32 bytes, base64. */
  readonly key: Secret;
}

/** `kid:base64 of 32 bytes`, separated by commas; the first one encrypts. Throws without naming a value. */
export function encryptionKeys(text: string): EncryptionKey[] {
  const keys = commaSeparated(text).map((entry, index) => encryptionKey(entry, index + 1));
  const doubled = keys.find((key, index) => keys.findIndex(({ kid }) => kid === key.kid) !== index);
  if (doubled) throw new Error(`names the key id "${doubled.kid}" twice`);
  return keys;
}

function encryptionKey(entry: string, position: number): EncryptionKey {
  const [, kid, key] = SHAPE.exec(entry) ?? [];
  if (!kid || !key || Buffer.from(key, 'base64').length !== KEY_BYTES)
    throw new Error(`must be "kid:base64 of ${KEY_BYTES} bytes"; entry ${position} is not`);
  return { kid, key: new Secret(key) };
}
