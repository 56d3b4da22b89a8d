import { html, type Html } from '../../src/common/html.js';
import { layout } from '../page/layout.js';
import { type SimulatorContext } from '../simulator-context.js';
import { type ConsentRequest } from './consent.request.js';

function hidden(name: string, value: string): Html {
  return html`<input type="hidden" name="${name}" value="${value}">`;
}

function scopes(scope: string): Html {
  const names = scope.split(' ').filter(Boolean);
  if (names.length === 0) return html`<p>It requests no scopes.</p>`;
  return html`<p>It requests these scopes:</p>
<ul class="scopes">${names.map((name) => html`<li><code>${name}</code></li>`)}</ul>`;
}

/** The page on which an admin (or any user) approves or denies the app. */
export function consentPage({ world }: SimulatorContext, request: ConsentRequest): string {
  const people = [...world.users.values()].filter((user) => user.role !== 'bot');
  return layout(
    'Allow this app?',
    html`
<main class="narrow card">
<h1>Allow this app?</h1>
<p>The app with client id <code>${request.clientId}</code> requests access to your Plane workspace.</p>
${scopes(request.scope)}
<form method="post" action="/auth/o/authorize-app/decide">
${hidden('client_id', request.clientId)}${hidden('redirect_uri', request.redirectUri)}
${hidden('response_type', request.responseType)}${hidden('scope', request.scope)}
${request.state === undefined ? null : hidden('state', request.state)}
<label>Workspace
<select name="workspace">${world.workspaces.map(({ slug, name }) => html`<option value="${slug}">${name}</option>`)}</select></label>
<label>You are
<select name="user">${people.map(({ role, firstName, lastName }) => html`<option value="${role}">${firstName} ${lastName} (${role})</option>`)}</select></label>
<div class="choices">
<button class="primary" name="decision" value="install">Approve: install for the workspace</button>
<button name="decision" value="authorise">Approve: authorise as me</button>
<button name="decision" value="refuse">Deny</button>
</div>
<p class="hint">Installing creates a bot for the app in the workspace and enables its webhook. Authorising allows the app to act as you.</p>
</form>
</main>`,
  ).text;
}

/** The error page for requests without a redirect URI to return to. */
export function consentErrorPage(why: string): string {
  return layout(
    'This app cannot be allowed',
    html`
<main class="narrow card">
<h1>This app cannot be allowed</h1>
<p>${why}</p>
<p><a href="/">To the front page</a></p>
</main>`,
  ).text;
}
