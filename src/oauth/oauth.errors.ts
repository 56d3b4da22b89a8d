import { DomainError } from '../common/domain-error.js';

/** Why a state is not taken. */
export type StateFault = 'missing' | 'unknown' | 'expired' | 'used' | 'foreign';

const STATE_FAULTS: Record<StateFault, string> = {
  missing: 'Plane sent no state, so this answer belongs to no request of ours.',
  unknown: 'The state is not one of ours.',
  expired: 'More than 30 minutes have passed since this was begun.',
  used: 'This answer was used already. If a page said that it worked, nothing is left to do.',
  foreign: 'This was begun in another browser.',
};

/** A callback does not belong to a request that this browser began. */
export function stateRefused(fault: StateFault): DomainError {
  return new DomainError({
    code: `oauth_state_${fault}`,
    title: 'This consent cannot be finished',
    detail: `${STATE_FAULTS[fault]} Try again from the start.`,
    status: 400,
  });
}

const DENIED = 403;
const PLANE_TROUBLE = 502;
const REFUSALS: Record<string, number> = {
  access_denied: DENIED,
  server_error: PLANE_TROUBLE,
  temporarily_unavailable: PLANE_TROUBLE,
};

/** Plane sent the browser back with an error (RFC 6749 §4.1.2.1). `said` is shown only where the state was ours. */
export function consentRefused(error: string, said?: string): DomainError {
  const status = REFUSALS[error] ?? 400;
  const what =
    status === DENIED ? 'Consent was refused in Plane; nothing was changed.' : `Plane reported ${error}.`;
  return new DomainError({
    code: 'oauth_refused',
    title: status === DENIED ? 'Consent was refused' : 'Plane could not ask for consent',
    detail: [what, said].filter(Boolean).join(' '),
    status,
  });
}

/** Plane does not take the code of a user's consent. */
export function codeRefused(): DomainError {
  return new DomainError({
    code: 'oauth_code_refused',
    title: 'This consent cannot be finished',
    detail: 'Plane does not take the code: it was used already, or is too old. Try again from the start.',
    status: 400,
  });
}

/** The callback lacks what its flow needs. */
export function callbackIncomplete(parameter: string): DomainError {
  return new DomainError({
    code: 'oauth_callback_incomplete',
    title: 'This consent cannot be finished',
    detail: `Plane sent no ${parameter}. Try again from the start.`,
    status: 400,
  });
}

/** Plane speaks of another installation than the callback did. */
export function installationNotProven(): DomainError {
  return new DomainError({
    code: 'installation_not_proven',
    title: 'The installation cannot be confirmed',
    detail: 'Plane does not confirm this installation for this app. Install it again from Plane.',
    status: 400,
  });
}

/** `flow` is not one that there is. */
export function unknownFlow(): DomainError {
  return new DomainError({
    code: 'flow_unknown',
    title: 'Unknown flow',
    detail: 'flow must be "bot" (install the app) or "user" (act in your name).',
    status: 400,
  });
}

/** A parameter of the query cannot be used. */
export function badParameter(): DomainError {
  return new DomainError({
    code: 'bad_parameter',
    title: 'Bad request',
    detail: 'A parameter was given twice, or is longer than 2048 characters.',
    status: 400,
  });
}

/** Whoever began a consent is not signed in any more, or somebody else is. */
export function otherPerson(): DomainError {
  return new DomainError({
    code: 'link_other_person',
    title: 'This consent cannot be finished',
    detail:
      'You were signed in at /console when this was begun, and are not now. Sign in there, then try again.',
    status: 403,
  });
}
