import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { type Secret } from '../../common/secret.js';

/** A webhook secret, prepared for verifying signatures. Create it once and reuse it. */
export class SigningSecret {
  readonly #key: KeyObject;

  /**
   * Throws where the secret is empty: anyone could sign with it.
   *
   * @param fingerprint names it in logs and metrics without revealing it, see `FingerprintsService`
   */
  constructor(
    secret: Secret,
    readonly fingerprint: string,
  ) {
    const bytes = Buffer.from(secret.reveal(), 'utf8');
    if (bytes.length === 0) throw new Error('A webhook secret is empty.');
    this.#key = createSecretKey(bytes);
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
