import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type ListedSecret } from '../../webhooks/workspace-secrets/workspace-secrets.service.js';
import { ifAllowed, mayAct } from '../parts/allowed.view.js';
import { actForm, selectView } from '../parts/form.view.js';
import { statusView } from '../parts/status.view.js';
import { type Cell, tableView } from '../parts/table.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';

const PATH = '/console/webhook-secrets';

/** Webhook secrets of single workspaces, by fingerprint. @param workspaces slugs where the app is installed */
export function webhookSecretsView(
  secrets: readonly ListedSecret[],
  workspaces: readonly string[],
  operator: Operator,
): Html {
  const acts = mayAct(operator, 'admin');
  return html`
    <p class="intro">A workspace whose webhook has a secret of its own is verified by that alone; all others by <code>PLANE_WEBHOOK_SECRETS</code>. A secret is shown by the first 8 hex digits of its SHA-256.</p>
    <section class="panel" aria-label="Webhook secrets">${tableView({
      caption: 'Webhook secrets, by workspace',
      heads: ['Workspace', 'Fingerprint', 'Standing', 'Set', 'Signed last', ...(acts ? ['~Act'] : [])],
      rows: secrets.map((secret) => ({ cells: [...cellsOf(secret), ...(acts ? [removeView(secret)] : [])] })),
      empty: 'No workspace has a secret of its own.',
    })}</section>
    <section class="panel" aria-labelledby="set"><h2 id="set">Give a workspace its newest secret</h2>
      ${ifAllowed(operator, 'admin', 'Setting and removing secrets', () => setView(workspaces, operator))}
    </section>`;
}

/** Asked before secrets are deleted. */
export function removeSecretView(workspace: string, previous: boolean, operator: Operator): Html {
  const what = previous ? 'The previous secret' : 'Every secret';
  const then = previous
    ? 'Webhooks that are still signed with it will be refused.'
    : 'Its webhooks are then verified by PLANE_WEBHOOK_SECRETS, and refused where none of those signed them.';
  return html`<section class="panel lead"><p>${what} of <strong>${workspace}</strong> will be deleted. ${then}</p>
    <div class="actions">
      ${actForm(operator, { action: `${PATH}/remove`, back: PATH, button: 'Delete', look: 'danger', values: { workspace, previous: previous ? 'yes' : undefined } })}
      <a class="button" href="${PATH}">Cancel</a>
    </div></section>`;
}

function cellsOf({ workspace, fingerprint, standing, setAt, lastSignedAt }: ListedSecret): Cell[] {
  return [
    { head: workspace },
    html`<code>${fingerprint}</code>`,
    standing === 'current' ? statusView('good', 'current') : statusView('idle', 'previous, still accepted'),
    timeView(setAt),
    maybeTimeView(lastSignedAt, 'nothing that is kept'),
  ];
}

function removeView({ workspace, standing }: ListedSecret): Html {
  const previous = standing === 'previous';
  const query = new URLSearchParams({ workspace, ...(previous && { previous: 'yes' }) }).toString();
  return html`<a class="button" href="${PATH}/remove?${query}" aria-label="Remove ${previous ? 'the previous secret' : 'the secrets'} of ${workspace}">Remove${previous ? '' : ' all'}…</a>`;
}

function setView(workspaces: readonly string[], operator: Operator): Html {
  if (workspaces.length === 0) return html`<p class="empty">The app is installed nowhere.</p>`;
  const options = workspaces.map((slug) => [slug, slug] as const);
  return actForm(operator, {
    action: `${PATH}/set`,
    back: PATH,
    button: 'Set the secret',
    look: 'primary',
    fields: html`${selectView('workspace', 'Workspace', options, undefined)}
      <label>Secret, from the webhook's page in Plane<input type="password" name="secret" required autocomplete="off" maxlength="500"></label>`,
  });
}
