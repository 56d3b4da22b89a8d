import { codedError } from '../common/coded-error.js';
import { type DomainError } from '../common/domain-error.js';

const UNFINISHED = 'This consent cannot be finished';

const stateError = (reason: string, detail: string): (() => DomainError) =>
  codedError(`oauth_state_${reason}`, 400, UNFINISHED, `${detail} Try again from the start.`);

/** Why a state is not accepted, for people. */
export const STATE_REASONS = {
  unknown: 'This app did not make the state.',
  expired: 'More than 30 minutes have passed since this was started.',
  used: 'This answer was used already. If a page said that it worked, you are done.',
  foreign: 'This was started in another browser.',
} as const;

/** One of the reasons of {@link STATE_REASONS}. */
export type StateReason = keyof typeof STATE_REASONS;

/** The callback does not belong to a consent that this browser started. */
export const stateErrors = {
  missing: stateError('missing', 'Plane sent no state, so this answer belongs to no request of this app.'),
  unknown: stateError('unknown', STATE_REASONS.unknown),
  expired: stateError('expired', STATE_REASONS.expired),
  used: stateError('used', STATE_REASONS.used),
  foreign: stateError('foreign', STATE_REASONS.foreign),
};

const consentDenied = codedError('oauth_refused', 403, 'Consent was refused', (description?: string) =>
  ['Consent was refused in Plane; nothing was changed.', description].filter(Boolean).join(' '),
);
const planeFailed = (status: number): ((error: string, description?: string) => DomainError) =>
  codedError('oauth_refused', status, 'Plane could not ask for consent', (error: string, description?: string) =>
    [`Plane reported ${error}.`, description].filter(Boolean).join(' '),
  );
const SERVER_ERRORS = new Set(['server_error', 'temporarily_unavailable']);

/** Plane answered with an error (RFC 6749 §4.1.2.1). @param description pass it only where the state was valid */
export function consentRejected(error: string, description?: string): DomainError {
  if (error === 'access_denied') return consentDenied(description);
  return planeFailed(SERVER_ERRORS.has(error) ? 502 : 400)(error, description);
}

/** Plane rejects the code of a user's consent. */
export const codeRejected = codedError(
  'oauth_code_refused',
  400,
  UNFINISHED,
  'Plane rejected the code: it was used already, or has expired. Try again from the start.',
);

/** The callback lacks a parameter that its flow needs. */
export const callbackIncomplete = codedError(
  'oauth_callback_incomplete',
  400,
  UNFINISHED,
  (parameter: string) => `Plane sent no ${parameter}. Try again from the start.`,
);

/** A code came to the callback before, maybe in another browser: a person who saw it there could use it. */
export const codeSeenBefore = codedError(
  'oauth_code_seen',
  400,
  UNFINISHED,
  'The code was sent to this app before, and is not accepted again. Try again from the start.',
);

/** The callback of an install came back to the consent of a user. */
export const callbackMixed = codedError(
  'oauth_callback_mixed',
  400,
  UNFINISHED,
  'Plane sent an app_installation_id, but this was started to link a user. Try again from the start.',
);

/** Too many callbacks in a short time, from all clients. */
export const callbacksLimited = codedError(
  'oauth_callbacks_limited',
  429,
  'Too many consents at once',
  'Try again in a minute.',
  { retryAfterSeconds: 60 },
);

/** Plane does not confirm the installation that the callback names. */
export const installationNotProven = codedError(
  'installation_not_proven',
  400,
  'The installation cannot be confirmed',
  'Plane does not confirm this installation for this app. Install it again from Plane.',
);

/** There are several connections, and none was named. */
export const connectionNeeded = codedError(
  'connection_needed',
  400,
  'Which Plane?',
  (ids: readonly string[]) =>
    `This app works with several Planes: open ${ids.map((id) => `/oauth/setup/${id}`).join(' or ')}.`,
);

/** The answer came to the redirect URI of another connection than that of its state. */
export const connectionMixed = codedError(
  'oauth_connection_mixed',
  400,
  UNFINISHED,
  'The answer came from another Plane than the one that was asked. Try again from the start.',
);

/** `flow` is neither of the two. */
export const unknownFlow = codedError(
  'flow_unknown',
  400,
  'Unknown flow',
  'flow must be "bot" (install the app) or "user" (act in your name).',
);

/** `return_to` is longer than a cookie can store. */
export const returnTooLong = codedError(
  'return_to_too_long',
  400,
  'Invalid return address',
  (max: number) => `return_to must not be longer than ${max} characters (percent-encoded).`,
);

/** A parameter of the query cannot be used. */
export const badParameter = codedError(
  'bad_parameter',
  400,
  'Bad request',
  'A parameter was given twice, or is longer than 2048 characters.',
);

/** The person who started the consent is not signed in now, or another person is. */
export const otherPerson = codedError(
  'link_other_person',
  403,
  UNFINISHED,
  'You were signed in at /console when this was started, and are not now. Sign in there, then try again.',
);
