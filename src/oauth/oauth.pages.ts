import { html } from '../common/html.js';
import { page, pageHeaders } from '../common/page.js';
import { type Problem } from '../common/problem.js';
import { type CallbackOutcome } from './callback.service.js';

/** Headers of every page here. */
export const PAGE_HEADERS = pageHeaders();

/** The page after a consent that worked. */
export function successPage(outcome: CallbackOutcome): string {
  if (outcome.flow === 'user')
    return page('You are linked', html`<p>The app may now act in your name. You can close this window.</p>`);
  const { workspaceName, workspaceSlug } = outcome.installation;
  return page(
    'The app is installed',
    html`<p>It is installed in <strong>${workspaceName}</strong> (${workspaceSlug}). You can close this window.</p>`,
  );
}

/** The page after one that did not: what happened, how to try again, what to tell an operator. */
export function failurePage(problem: Problem, tryAgain: string): string {
  return page(
    problem.title,
    html`<p>${problem.detail}</p>
      <p><a href="${tryAgain}">Try again</a></p>
      <p><small>Request ${problem.requestId}</small></p>`,
  );
}
