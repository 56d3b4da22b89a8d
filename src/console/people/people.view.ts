import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type Link } from '../../identity/people/links.service.js';
import { type Person } from '../../identity/people/people.service.js';
import { actForm } from '../parts/form.view.js';
import { statusView } from '../parts/status.view.js';
import { tableView } from '../parts/table.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';
import { linksTable } from './links.view.js';

const PATH = '/console/people';

/** Who has signed in or was disabled, and how they stand. */
export function peopleView(people: readonly Person[]): Html {
  return html`<p class="intro">Everybody who has signed in or was disabled. Roles come from the identity provider; who is disabled here may do nothing, and their Plane tokens are wiped.</p>
  <section class="panel" aria-label="People">${tableView({
    caption: 'People, who was here last first',
    heads: ['Person', 'Role', 'Standing', 'Seen last'],
    rows: people.map((person) => ({
      cells: [
        {
          head: html`<a href="${personPath(person.subject)}">${nameOf(person)}</a> <code class="id">${person.email ?? person.subject}</code>`,
        },
        person.role ?? html`<span class="hint">none</span>`,
        standingView(person),
        maybeTimeView(person.lastSeenAt, 'never'),
      ],
    })),
    empty: 'Nobody has signed in by the identity provider yet.',
  })}</section>`;
}

/** One person, their links, and whether they may use the console. */
export function personView(person: Person, links: readonly Link[], operator: Operator): Html {
  const path = personPath(person.subject);
  const self = person.subject === operator.subject;
  const disabled = person.disabledAt !== null;
  return html`
    <p class="crumb"><a href="${PATH}">People</a></p>
    <section class="panel lead" aria-label="The person"><dl class="facts">
      ${fact('Standing', standingView(person))}${fact('Role', person.role ?? 'none')}${fact('E-mail', person.email ?? 'not told')}
      ${fact('Subject', html`<code>${person.subject}</code>`)}${fact('Identity provider', person.issuer)}${fact('Seen last', maybeTimeView(person.lastSeenAt, 'never'))}
    </dl></section>
    <section class="panel" aria-labelledby="links"><h2 id="links">Linked Plane accounts</h2>${linksTable(links, operator, `${path}/unlink`, path)}</section>
    <section class="panel" aria-labelledby="access"><h2 id="access">Access</h2>${
      self
        ? html`<p class="hint">You cannot disable yourself.</p>`
        : html`<p>${disabled ? 'They may do nothing here. Enabling lets them sign in again; their links do not come back.' : 'Disabling ends their sessions, refuses their tokens, and wipes their Plane tokens.'}</p>
          ${actForm(operator, { action: `${path}/${disabled ? 'enable' : 'disable'}`, back: path, button: disabled ? 'Enable' : 'Disable', label: `${disabled ? 'Enable' : 'Disable'} ${nameOf(person)}`, look: disabled ? 'plain' : 'danger' })}`
    }</section>`;
}

/** How they are called. */
export function nameOf({ name, email, subject }: Pick<Person, 'name' | 'email' | 'subject'>): string {
  return name ?? email ?? subject;
}

/** Their page. */
export function personPath(subject: string): string {
  return `${PATH}/${encodeURIComponent(subject)}`;
}

function standingView({ disabledAt }: Person): Html {
  return disabledAt
    ? html`${statusView('bad', 'disabled')} ${timeView(disabledAt)}`
    : statusView('good', 'enabled');
}

function fact(name: string, value: Html | string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
