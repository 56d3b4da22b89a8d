import { createHash, createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type Secret } from '../../common/secret.js';

const FINGERPRINT_LENGTH = 8;

/** A webhook's secret, made ready for checking signatures. Build it once and keep it. */
export class SigningSecret {
  /** The first 8 hex digits of the secret's SHA-256: names it in logs and metrics without giving it away. */
  readonly fingerprint: string;
  readonly #key: KeyObject;

  /** Throws where the secret is empty: everybody could sign with that. */
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
 * The first of the secrets that made the signature in `X-Plane-Signature` over the raw body, or `undefined` where
 * none did or the header is anything but 64 lower-case hex digits. The time taken tells neither where a signature
 * differs nor which secret matched: all are tried. Source: Plane's webhook documentation, "Verifying signature".
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
