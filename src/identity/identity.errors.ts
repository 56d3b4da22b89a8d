import { codedError } from '../common/coded-error.js';
import { type OperatorRole } from './operator-role.js';

/** The request carries neither a session nor a bearer token. */
export const notSignedIn = codedError(
  'not_signed_in',
  401,
  'Not authenticated',
  'Sign in at /console/sign-in, or send a bearer token of the identity provider.',
);

/** The operator lacks the role that the route requires. */
export const roleMissing = codedError(
  'role_missing',
  403,
  'Not allowed',
  (required: OperatorRole, actual: OperatorRole | undefined, values?: readonly string[]) => {
    const seen = values ? ` (values of OIDC_ROLES_CLAIM: ${values.join(' | ') || 'none'})` : '';
    return `This needs the role ${required}; you have ${actual ?? 'none'}${seen}. An administrator of the identity provider assigns roles.`;
  },
);

/** Production without an identity provider. */
export const ssoMissing = codedError(
  'sso_missing',
  503,
  'Single sign-on is not configured',
  'With NODE_ENV=production, console and API need an identity provider: set OIDC_ISSUER and OIDC_CLIENT_ID, as docs/sso shows.',
);

/** A route of the console or the API declares no role; {@link RouteRolesExplorer} should have failed the start. */
export const routeWithoutRole = codedError(
  'route_without_role',
  403,
  'Not allowed',
  'This route declares no role, so it cannot be used.',
);

/** A request that changes something lacks the token of its session, or comes from another origin. */
export const csrfRefused = codedError('csrf_refused', 403, 'Not allowed', (cause: 'site' | 'token' | 'link') => {
  if (cause === 'link') return 'This read is audited, so that other sites cannot link to it. Open it from the console.';
  const why =
    cause === 'site'
      ? 'The request comes from another site.'
      : 'The request lacks the token of your session (the field _csrf or the header x-csrf-token).';
  return `${why} Reload the page and try again.`;
});

/** An administrator has disabled this person. */
export const personDisabled = codedError(
  'person_disabled',
  403,
  'Not allowed',
  'Your account is disabled here. An administrator of this server can enable it.',
);

/** In development, a sign-in without the token that was printed at the start. */
export const developmentTokenNeeded = codedError(
  'development_token_needed',
  401,
  'Open the address that was printed at the start',
  'OIDC_ISSUER is not set: open the console with the address that this process printed at its start, /console/sign-in?token=…',
);

/** The provider's response belongs to no pending sign-in of this browser. */
export const unknownSignIn = codedError(
  'sign_in_unknown',
  400,
  'This sign-in cannot be finished',
  'It was started in another browser, was started more than 15 minutes ago, or is already finished. Sign in again.',
);

/** A logout token is invalid (Back-Channel Logout §2.8: 400). The reason contains nothing of the token. */
export const logoutTokenRefused = codedError(
  'logout_token_refused',
  400,
  'The logout token was rejected',
  (reason: string) => `The logout token was rejected: ${reason}.`,
);

/** The parameters of a front-channel logout are missing or wrong. */
export const frontChannelLogoutRefused = codedError(
  'front_channel_logout_refused',
  400,
  'The logout was rejected',
  (reason: string) => `The front-channel logout was rejected: ${reason}.`,
);
