import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type Secret } from '../../common/secret.js';

const FINGERPRINT_LENGTH = 8;

/** A webhook secret, prepared for verifying signatures. Create it once and reuse it. */
export class SigningSecret {
  /** The first 8 hex digits of the secret's SHA-256: identifies it in logs and metrics without revealing it. */
  readonly fingerprint: string;
  readonly #key: KeyObject;

  /** Throws where the secret is empty: anyone could sign with it. */
  constructor(secret: Secret) {
    const bytes = Buffer.from(secret.reveal(), 'utf8');
    if (bytes.length === 0) throw new Error('A webhook secret is empty.');
    this.#key = createSecretKey(bytes);
    this.fingerprint = createHash('sha256').update(bytes).digest('hex').slice(0, FINGERPRINT_LENGTH);
  }

  /** HMAC-SHA256 over exactly these bytes: 32 bytes. */
  sign(body: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(body).digest();
  }
}

const SIGNATURE = /^[0-9a-f]{64}$/;

/** Whether a text has the form of a signature: 64 lower-case hex digits. */
export function isSignature(text: string): boolean {
  return SIGNATURE.test(text);
}

/**
 * The first of the secrets that signed the raw body with the signature in `X-Plane-Signature`, or `undefined` where none
 * did or the header is not 64 lower-case hex digits. All secrets are tried in constant time, so that the duration reveals
 * neither where a signature differs nor which secret matched. Source: Plane's webhook documentation, "Verifying signature".
 */
export function verifySignature(
  body: Buffer,
  header: string | undefined,
  secrets: readonly SigningSecret[],
): SigningSecret | undefined {
  if (header === undefined || !isSignature(header)) return undefined;
  const given = Buffer.from(header, 'hex');
  const matches = secrets.map((secret) => timingSafeEqual(secret.sign(body), given));
  return secrets.find((_, index) => matches[index]);
}
