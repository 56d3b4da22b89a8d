import { DomainError } from '../common/domain-error.js';

/** The queue's tables are missing or old. */
export function oldQueueSchema(cause: unknown): DomainError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new DomainError({
    code: 'queue_unavailable',
    title: 'The queue cannot start',
    detail: `the queue's tables cannot be used (${reason}). Run "npx hangar migrate", then start again`,
    status: 503,
  });
}
