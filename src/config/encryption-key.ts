import { Secret } from '../common/secret.js';
import { commaSeparated } from './parsers.js';

const KEY_BYTES = 32;
const SHAPE = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/;

/** A key that encrypts secrets at rest. */
export interface EncryptionKey {
  /** The key's id, in the JWE header of everything that it encrypts (RFC 7516 §4.1.6). */
  readonly kid: string;
  /** 32 bytes, base64. */
  readonly key: Secret;
}

/** Parses `kid:base64 of 32 bytes`, comma separated; the first one encrypts. @throws {Error} that contains no key */
export function encryptionKeys(text: string): EncryptionKey[] {
  const keys = commaSeparated(text).map((entry, index) => encryptionKey(entry, index + 1));
  const duplicate = keys.find((key, index) => keys.findIndex(({ kid }) => kid === key.kid) !== index);
  if (duplicate) throw new Error(`names the key id "${duplicate.kid}" twice`);
  return keys;
}

function encryptionKey(entry: string, position: number): EncryptionKey {
  const [, kid, key] = SHAPE.exec(entry) ?? [];
  if (!kid || !key || Buffer.from(key, 'base64').length !== KEY_BYTES)
    throw new Error(`must be "kid:base64 of ${KEY_BYTES} bytes"; entry ${position} is not`);
  return { kid, key: new Secret(key) };
}
