import { codedError } from '../../common/coded-error.js';

const RETRY = { retryAfterSeconds: 60 };

/** No known secret signed the body. */
export const notSigned = codedError(
  'signature_invalid',
  401,
  'Invalid signature',
  'X-Plane-Signature must be the HMAC-SHA256 of the body, keyed with a webhook secret that is configured here.',
);

/** The database did not store it before the store deadline. */
export const cannotStore = codedError(
  'cannot_store',
  503,
  'Webhook cannot be stored',
  'The database is unavailable. Send the webhook again.',
  RETRY,
);

/** A secret that may have signed it cannot be decrypted here: a key is missing, or the row was modified. */
export const cannotVerify = codedError(
  'cannot_verify',
  503,
  'Webhook cannot be verified',
  'The workspace secret cannot be decrypted; "hangar doctor" shows why. Send the webhook again.',
  RETRY,
);

/** The route has `POST` only. */
export const methodNotAllowed = codedError(
  'method_not_allowed',
  405,
  'Method not allowed',
  'Webhooks are sent with POST.',
);
