import { codedError } from './coded-error.js';

/** An address sends more requests than `HANGAR_REQUESTS_PER_MINUTE`. */
export const tooManyRequests = codedError(
  'too_many_requests',
  429,
  'Too many requests',
  (max: number, _retryAfterSeconds: number) =>
    `One address may send ${max} requests in a minute (HANGAR_REQUESTS_PER_MINUTE). Behind a proxy, set TRUSTED_PROXIES.`,
  (_, retryAfterSeconds) => ({ retryAfterSeconds }),
);
