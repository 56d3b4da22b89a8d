import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type ListedSecret } from '../../webhooks/workspace-secrets/workspace-secrets.service.js';
import { operationForm, ifAllowed, hasRole, selectView } from '../parts/form.view.js';
import { statusView } from '../parts/status.view.js';
import { type Cell, tableView } from '../parts/table.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';

const PATH = '/console/webhook-secrets';

/**
 * The webhook secrets of workspaces, by fingerprint. Workspaces are named with their connections where there are several.
 *
 * @param workspaces those with the app
 */
export function webhookSecretsView(
  secrets: readonly ListedSecret[],
  workspaces: readonly string[],
  operator: Operator,
): Html {
  const mayRemove = hasRole(operator, 'admin');
  return html`
    <p class="intro">Webhooks of a workspace with a secret are verified with that secret only; all others with <code>PLANE_WEBHOOK_SECRETS</code>. A fingerprint names a secret without revealing it.</p>
    <section class="panel" aria-label="Webhook secrets">${tableView({
      caption: 'Webhook secrets, by workspace',
      heads: ['Workspace', 'Fingerprint', 'State', 'Set', 'Last signed', ...(mayRemove ? ['~Operations'] : [])],
      rows: secrets.map((secret) => ({
        cells: [...cellsOf(secret), ...(mayRemove ? [removeView(secret)] : [])],
      })),
      empty: 'No workspace has a secret.',
    })}</section>
    <section class="panel" aria-labelledby="set"><h2 id="set">Set the secret of a workspace</h2>
      ${ifAllowed(operator, 'admin', 'Setting and removing secrets', () => setView(workspaces, operator))}
    </section>`;
}

/** Asks for confirmation before secrets are deleted. */
export function removeSecretView(workspace: string, previous: boolean, operator: Operator): Html {
  const what = previous ? 'The previous secret' : 'All secrets';
  const then = previous
    ? 'Webhooks that are signed with it will be rejected.'
    : 'Its webhooks are then verified with PLANE_WEBHOOK_SECRETS, and rejected if none of those matches.';
  return html`<section class="panel lead"><p>${what} of <strong>${workspace}</strong> will be deleted. ${then}</p>
    <div class="actions">
      ${operationForm(operator, { action: `${PATH}/remove`, back: PATH, button: 'Delete', look: 'danger', values: { workspace, previous: previous ? 'yes' : undefined }, fields: forceView('Also a secret that verified a webhook within the last day') })}
      <a class="button" href="${PATH}">Cancel</a>
    </div></section>`;
}

function cellsOf({ workspace, fingerprint, standing, setAt, lastSignedAt }: ListedSecret): Cell[] {
  return [
    { head: workspace },
    html`<code>${fingerprint}</code>`,
    standing === 'current' ? statusView('good', 'current') : statusView('idle', 'previous, still accepted'),
    timeView(setAt),
    maybeTimeView(lastSignedAt, 'no stored delivery'),
  ];
}

function removeView({ workspace, standing }: ListedSecret): Html {
  const previous = standing === 'previous';
  const query = new URLSearchParams({ workspace, ...(previous && { previous: 'yes' }) }).toString();
  return html`<a class="button" href="${PATH}/remove?${query}" aria-label="Remove ${previous ? 'the previous secret' : 'the secrets'} of ${workspace}">Remove${previous ? '' : ' all'}…</a>`;
}

function setView(workspaces: readonly string[], operator: Operator): Html {
  if (workspaces.length === 0) return html`<p class="empty">The app is not installed yet.</p>`;
  const options = workspaces.map((slug) => [slug, slug] as const);
  return operationForm(operator, {
    action: `${PATH}/set`,
    back: PATH,
    button: 'Set the secret',
    look: 'primary',
    fields: html`${selectView('workspace', 'Workspace', options, undefined)}
      <label>Secret, from the webhook's page in Plane<input type="password" name="secret" required autocomplete="off" maxlength="500"></label>
      ${forceView('Also if this deletes a secret that verified a webhook within the last day')}`,
  });
}

function forceView(label: string): Html {
  return html`<label><input type="checkbox" name="force" value="yes"> ${label}</label>`;
}
