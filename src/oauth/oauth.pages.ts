import { html } from '../common/html.js';
import { page, pageHeaders } from '../common/page.js';
import { type Problem } from '../common/problem.js';
import { type CallbackOutcome } from './callback.service.js';
import { STATE_REASONS } from './oauth.errors.js';

/** Headers of every page here. */
export const PAGE_HEADERS = pageHeaders();

/** The page after a consent that worked: what happened, and where to go from there. */
export function successPage(outcome: CallbackOutcome): string {
  if (outcome.flow === 'user')
    return page(
      'You are linked',
      html`<p>The app may now act in your name. You can close this window.</p>
        <p class="actions"><a class="button" href="/console">Open the console</a></p>`,
    );
  const { workspaceName, workspaceSlug } = outcome.installation;
  const { stateReason } = outcome;
  const notice =
    stateReason &&
    html`<p>Plane confirmed the installation, although this answer does not belong to a request of this browser:
        ${STATE_REASONS[stateReason]} No user was linked.</p>`;
  return page(
    'The app is installed',
    html`<p>It is installed in <strong>${workspaceName}</strong> (${workspaceSlug}) and handles that workspace’s events.</p>
      ${notice}
      <p class="actions"><a class="button primary" href="/console">Open the console</a></p>
      <p class="hint">Operators see its events and tokens there. If you are not one, you can close this window.</p>`,
  );
}

/** The page after one that failed: what happened, how to try again, what to send to an operator. */
export function failurePage(problem: Problem, tryAgain: string | undefined): string {
  return page(
    problem.title,
    html`<p>${problem.detail}</p>
      ${tryAgain !== undefined && html`<p><a href="${tryAgain}">Try again</a></p>`}
      <p class="hint">Request ${problem.requestId}</p>`,
  );
}
