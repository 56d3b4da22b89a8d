import { DomainError } from '../common/domain-error.js';
import { type TokenOwner } from './token.js';

/** No token can be had without a person's consent. */
export function consentNeeded(owner: TokenOwner): DomainError {
  const who =
    owner.kind === 'user' ? `Plane user ${owner.planeUserId}` : `installation ${owner.installationId}`;
  return new DomainError({
    code: 'consent_needed',
    title: 'Consent is needed',
    detail: `${who} has no usable token. Open /oauth/setup?flow=${owner.kind} as that person.`,
    status: 403,
  });
}
