import { html, type Html } from '../../common/html.js';
import { page } from '../../common/page.js';
import { type Problem } from '../../common/problem.js';
import { type Operator } from '../operator.js';

/** The page after a sign-out. @param why the session at the provider has not ended; absent if it has */
export function signedOutPage(why: string | undefined): string {
  return page(
    'You are signed out',
    html`<p>Your session here has ended.${why === undefined ? '' : ` ${why}`}</p>
      <p><a href="/console/sign-in">Sign in</a></p>`,
  );
}

/**
 * The page for a person without a role.
 *
 * @param claim the configured roles claim
 * @param values what the claim contained at the sign-in; absent if unknown
 */
export function noRolePage(operator: Operator, claim: string | undefined, values?: readonly string[]): string {
  const who = operator.name ?? operator.email ?? operator.subject;
  const why =
    claim === undefined
      ? html`<p>No operator has a role: OIDC_ROLES_CLAIM is not set.</p>`
      : html`<p>
          The claim <code>${claim}</code> of the identity provider contains no role for you. Ask the administrators of
          the identity provider to assign one, then sign in again.
        </p>
        ${values && valuesText(values)}`;
  return page(
    'You have no role here',
    html`<p>You are signed in as <strong>${who}</strong>, but have no access yet.</p>
      ${why} ${signOutForm(operator)}`,
  );
}

function valuesText(values: readonly string[]): Html {
  if (values.length === 0) return html`<p>The claim is absent or empty.</p>`;
  return html`<p>It contains:</p>
    <ul>
      ${values.map((value) => html`<li><code>${value}</code></li>`)}
    </ul>`;
}

/** The form that signs out. */
export function signOutForm({ csrfToken }: Operator): Html {
  return html`<form method="post" action="/console/sign-out">
    <input type="hidden" name="_csrf" value="${csrfToken}">
    <button>Sign out</button>
  </form>`;
}

/** The page of a failed sign-in: the error, a link to try again, the request id. */
export function signInFailedPage(problem: Problem, signIn: string): string {
  return page(
    problem.title,
    html`<p>${problem.detail}</p>
      <p><a href="${signIn}">Sign in</a></p>
      <p><small>Request ${problem.requestId}</small></p>`,
  );
}
