import { html, type Html } from '../../common/html.js';
import { page } from '../../common/page.js';
import { type Problem } from '../../common/problem.js';
import { type Operator } from '../operator.js';

/** The page after a sign-out. @param why the provider's session still lasts, where it does */
export function signedOutPage(why: string | undefined): string {
  return page(
    'You are signed out',
    html`<p>Your session here has ended.${why === undefined ? '' : ` ${why}`}</p>
      <p><a href="/console/sign-in">Sign in</a></p>`,
  );
}

/** Somebody has signed in who may do nothing here. @param claim that would give a role; absent: none is configured */
export function noRolePage(operator: Operator, claim: string | undefined): string {
  const who = operator.name ?? operator.email ?? operator.subject;
  const why =
    claim === undefined
      ? html`<p>Nobody has one: OIDC_ROLES_CLAIM is not set.</p>`
      : html`<p>
          The claim <code>${claim}</code> that the identity provider sent holds nothing that gives a role. Ask those who
          run the provider to give you one, then sign in again.
        </p>`;
  return page(
    'You have no role here',
    html`<p>You are signed in as <strong>${who}</strong>, and may do nothing yet.</p>
      ${why} ${signOutForm(operator)}`,
  );
}

/** The form that signs out. */
export function signOutForm({ csrfToken }: Operator): Html {
  return html`<form method="post" action="/console/sign-out">
    <input type="hidden" name="_csrf" value="${csrfToken}">
    <button>Sign out</button>
  </form>`;
}

/** What went wrong, how to try again, what to tell an operator. */
export function signInFailedPage(problem: Problem, signIn: string): string {
  return page(
    problem.title,
    html`<p>${problem.detail}</p>
      <p><a href="${signIn}">Sign in</a></p>
      <p><small>Request ${problem.requestId}</small></p>`,
  );
}
