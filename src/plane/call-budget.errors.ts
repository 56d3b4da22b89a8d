import { DomainError } from '../common/domain-error.js';
import { type CallPriority } from './call-priority.js';

/** A token has no calls left for this priority, and the reset lies too far away to wait for it. */
export function budgetSpent(priority: CallPriority, resetsInSeconds: number): DomainError {
  const seconds = Math.max(1, Math.ceil(resetsInSeconds));
  return new DomainError({
    code: 'plane_budget_spent',
    title: 'The calls that Plane allows are spent',
    detail:
      `Plane allows this token no more calls of priority "${priority}" for ${seconds} s. ` +
      'Try again then, make fewer calls, or give what people wait for a higher callPriority.',
    status: 503,
    retryAfterSeconds: seconds,
  });
}
