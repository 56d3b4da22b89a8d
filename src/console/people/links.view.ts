import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type Link } from '../../identity/people/links.service.js';
import { operationForm } from '../parts/form.view.js';
import { tableView } from '../parts/table.view.js';
import { timeView } from '../parts/time.view.js';

/** The operator's own links to Plane accounts. */
export function myLinksView(links: readonly Link[], operator: Operator): Html {
  return html`<p class="intro">The app may act in Plane with the accounts that you link. You can remove a link at any time.</p>
    <section class="panel" aria-labelledby="links"><h2 id="links">Your Plane accounts</h2>
      ${linksTable(links, operator, '/console/links/unlink', '/console/links')}
      <p class="actions"><a class="button" href="/oauth/setup?flow=user&amp;return_to=/console/links">Link a Plane account</a></p>
    </section>
    <section class="panel" aria-labelledby="you"><h2 id="you">You</h2><p>You are signed in as <strong>${operator.name ?? operator.email ?? operator.subject}</strong>${
      operator.role
        ? html`, with the role <strong>${operator.role}</strong>`
        : ', without a role: an administrator of the identity provider can assign one'
    }.</p></section>`;
}

/** Links, each with a button to remove it. */
export function linksTable(links: readonly Link[], operator: Operator, action: string, back: string): Html {
  return tableView({
    caption: 'Linked Plane accounts',
    heads: ['Plane user', 'Linked', '~Operations'],
    rows: links.map(({ planeUserId, linkedAt }) => ({
      cells: [
        { head: html`<code>${planeUserId}</code>` },
        timeView(linkedAt),
        operationForm(operator, {
          action,
          back,
          button: 'Unlink',
          label: `Unlink ${planeUserId}`,
          look: 'danger',
          values: { planeUserId },
        }),
      ],
    })),
    empty: 'No linked accounts.',
  });
}
