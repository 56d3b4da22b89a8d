import { DomainError } from '../../common/domain-error.js';

/** In development nobody signs in without the token that was printed. */
export function developmentTokenNeeded(): DomainError {
  return new DomainError({
    code: 'development_token_needed',
    title: 'Open the address that the start printed',
    detail:
      'OIDC_ISSUER is not set, so that the console is opened with the address that this process printed at its start: /console/sign-in?token=…',
    status: 401,
  });
}

/** The provider's answer belongs to no sign-in of this browser. */
export function unknownSignIn(): DomainError {
  return new DomainError({
    code: 'sign_in_unknown',
    title: 'This sign-in cannot be finished',
    detail:
      'It was not begun in this browser, or more than 15 minutes ago, or was finished already. Sign in from the start.',
    status: 400,
  });
}
