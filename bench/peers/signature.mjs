import { createHmac, timingSafeEqual } from 'node:crypto';
import { SECRET } from './environment.mjs';

/** Whether `X-Plane-Signature` is that of the body, as Plane's documentation says. */
export function isSigned(body, signature) {
  const expected = createHmac('sha256', SECRET).update(body).digest();
  const given = Buffer.from(String(signature), 'hex');
  return given.length === expected.length && timingSafeEqual(expected, given);
}
