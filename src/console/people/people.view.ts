import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type Link } from '../../identity/people/links.service.js';
import { type PeoplePage, type Person } from '../../identity/people/people.service.js';
import { operationForm } from '../parts/form.view.js';
import { pagesView } from '../parts/pages.view.js';
import { statusView } from '../parts/status.view.js';
import { tableView } from '../parts/table.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';
import { linksTable } from './links.view.js';

const PATH = '/console/people';

/** The people who have signed in or were disabled. */
export function peopleView({ people, next }: PeoplePage, given: URLSearchParams): Html {
  return html`<p class="intro">The people who have signed in or were disabled. Roles come from the identity provider. Disabled people have no access, and their Plane tokens are revoked.</p>
  <section class="panel" aria-label="People">${tableView({
    caption: 'People, most recently seen first',
    heads: ['Person', 'Role', 'State', 'Last seen'],
    rows: people.map((person) => ({
      cells: [
        {
          head: html`<a href="${personPath(person.subject)}">${nameOf(person)}</a> <code class="id">${person.email ?? person.subject}</code>`,
        },
        person.role ?? html`<span class="hint">none</span>`,
        stateView(person),
        maybeTimeView(person.lastSeenAt, 'never'),
      ],
    })),
    empty: 'No person has signed in through the identity provider yet.',
  })}</section>
  ${pagesView(PATH, given, next)}`;
}

/** One person, their links, and the form to disable or enable them. */
export function personView(person: Person, links: readonly Link[], operator: Operator): Html {
  const path = personPath(person.subject);
  const self = person.subject === operator.subject;
  const disabled = person.disabledAt !== null;
  return html`
    <p class="crumb"><a href="${PATH}">People</a></p>
    <section class="panel lead" aria-label="Person"><dl class="facts">
      ${fact('State', stateView(person))}${fact('Role', person.role ?? 'none')}${fact('E-mail', person.email ?? 'unknown')}
      ${fact('Subject', html`<code>${person.subject}</code>`)}${fact('Identity provider', person.issuer)}${fact('Last seen', maybeTimeView(person.lastSeenAt, 'never'))}
    </dl></section>
    <section class="panel" aria-labelledby="links"><h2 id="links">Linked Plane accounts</h2>${linksTable(links, operator, `${path}/unlink`, path)}</section>
    <section class="panel" aria-labelledby="access"><h2 id="access">Access</h2>${
      self
        ? html`<p class="hint">You cannot disable yourself.</p>`
        : html`<p>${disabled ? 'This person has no access. Enabling lets them sign in again; their links are not restored.' : 'Disabling ends their sessions, rejects their bearer tokens, and revokes their Plane tokens.'}</p>
          ${operationForm(operator, { action: `${path}/${disabled ? 'enable' : 'disable'}`, back: path, button: disabled ? 'Enable' : 'Disable', label: `${disabled ? 'Enable' : 'Disable'} ${nameOf(person)}`, look: disabled ? 'plain' : 'danger' })}`
    }</section>`;
}

/** The display name of a person. */
export function nameOf({ name, email, subject }: Pick<Person, 'name' | 'email' | 'subject'>): string {
  return name ?? email ?? subject;
}

/** The page of a person. */
export function personPath(subject: string): string {
  return `${PATH}/${encodeURIComponent(subject)}`;
}

function stateView({ disabledAt }: Person): Html {
  return disabledAt ? html`${statusView('bad', 'disabled')} ${timeView(disabledAt)}` : statusView('good', 'enabled');
}

function fact(name: string, value: Html | string): Html {
  return html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
}
