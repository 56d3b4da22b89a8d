import { codedError } from '../common/coded-error.js';

/** pg-boss cannot start: its tables are missing or outdated. */
export const queueUnavailable = codedError('queue_unavailable', 503, 'The queue cannot start', (cause: unknown) => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return `the queue's tables cannot be used (${reason}). Run "npx hangar migrate", then start again`;
});
