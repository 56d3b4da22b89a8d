import { DomainError } from '../../common/domain-error.js';

const RETRY_AFTER_SECONDS = 1;

/** The first request with the key has no answer yet. */
export function keyInUse(): DomainError {
  return new DomainError({
    code: 'idempotency_key_in_use',
    title: 'The first request with this key is under way',
    detail: 'A request with this Idempotency-Key is being answered: ask again in a moment for its answer.',
    status: 409,
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });
}

/** The first request with the key ended without an answer that was written down: its process died, or it failed on the way. */
export function outcomeUnknown(startedAt: Date): DomainError {
  return new DomainError({
    code: 'idempotency_outcome_unknown',
    title: 'What became of the first request is not known',
    detail: `The request with this Idempotency-Key that came at ${startedAt.toISOString()} ended without an answer, and may have done all, some or nothing: look, and send it with another key if it is still to be done.`,
    status: 409,
  });
}

/** The key came before with another request. */
export function keyOfAnother(): DomainError {
  return new DomainError({
    code: 'idempotency_key_reused',
    title: 'The key belongs to another request',
    detail:
      'This Idempotency-Key came before with another method, path or body: make a key for each request.',
    status: 422,
  });
}
