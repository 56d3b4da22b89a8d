import { createHmac } from 'node:crypto';

/** Plane's `X-Plane-Signature`: HMAC-SHA256 over the body's bytes, lower-case hex. */
export function planeSignature(secret: string, body: Uint8Array): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}
