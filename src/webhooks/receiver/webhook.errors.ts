import { DomainError } from '../../common/domain-error.js';

const RETRY_AFTER_SECONDS = 60;

/** Nobody who knows a secret of ours signed these bytes. */
export function notSigned(): DomainError {
  return new DomainError({
    code: 'signature_invalid',
    title: 'The signature is not valid',
    detail:
      'X-Plane-Signature must be the HMAC-SHA256 of the body, keyed with a secret of the webhook that is known here.',
    status: 401,
  });
}

/** The database could not take it within the time that it could be held. */
export function cannotStore(): DomainError {
  return new DomainError({
    code: 'cannot_store',
    title: 'The webhook cannot be stored now',
    detail: 'The database is not available. Send it again.',
    status: 503,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** A secret that may have signed it cannot be read here: a key is missing, or the row was changed. */
export function cannotVerify(): DomainError {
  return new DomainError({
    code: 'cannot_verify',
    title: 'The webhook cannot be verified now',
    detail: 'The workspace\'s webhook secret cannot be read; "hangar doctor" says why. Send it again.',
    status: 503,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** Only `POST` there. */
export function methodNotAllowed(): DomainError {
  return new DomainError({
    code: 'method_not_allowed',
    title: 'Method not allowed',
    detail: 'Webhooks are sent with POST.',
    status: 405,
  });
}
