import { createHash } from 'node:crypto';
import { html, Html } from '../common/html.js';
import { type Problem } from '../common/problem.js';
import { type CallbackOutcome } from './callback.service.js';

const STYLE = `:root{color-scheme:light dark;font:1.05rem/1.5 system-ui,sans-serif}
body{max-width:34rem;margin:12vh auto;padding:0 1.2rem}
h1{font-size:1.5rem}
small{opacity:.7}
a{color:LinkText}`;
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/** Headers of every page here: nothing is loaded, framed, cached or told to others (the address holds a code). */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const;

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

function page(title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title}</title>
        <style>${new Html(STYLE)}</style>
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`.text;
}
