import { type Actor } from '../../audit/actor.js';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditOutcome } from '../../audit/audit-entry.js';
import { type AuditPage, type AuditRecord } from '../../audit/audit-record.js';
import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { operationForm, inputView, selectView } from '../parts/form.view.js';
import { linkOf, pagesView, unknownNamesView } from '../parts/pages.view.js';
import { statusView, type Tone } from '../parts/status.view.js';
import { type Cell, tableView } from '../parts/table.view.js';
import { timeView } from '../parts/time.view.js';
import { type AuditQuery } from './audit-query.js';

const PATH = '/console/audit';
const MAX_INLINE_LENGTH = 90;
const TONES: Readonly<Record<AuditOutcome, Tone>> = { done: 'good', refused: 'warn', failed: 'bad' };

/** The audit log, newest first. */
export function auditView({ entries, next }: AuditPage, { given, unknown }: AuditQuery, operator: Operator): Html {
  return html`
    ${unknownNamesView(PATH, given, unknown)}
    <p class="intro">All operations of people, API clients, the command line and the server. Entries form a hash chain, so that changed and missing entries are detected.</p>
    <div class="actions">${operationForm(operator, { action: `${PATH}/verify`, back: PATH, button: 'Verify the chain' })}</div>
    ${filterView(given)}
    <section class="panel" aria-label="Audit log">${tableView({
      caption: 'Audit log, newest first',
      heads: ['No.', 'Time', 'Actor', 'Operation', 'Target', 'Outcome', 'Details'],
      rows: entries.map((entry) => ({ cells: cellsOf(entry) })),
      empty: given.size === 0 ? 'No entries yet.' : 'No results.',
    })}</section>
    ${pagesView(PATH, given, next === undefined ? undefined : String(next))}`;
}

function cellsOf({ seq, at, by, action, target, outcome, details }: AuditRecord): Cell[] {
  const { issuer, ...shown } = details;
  return [
    { head: html`<span class="number">${seq}</span>` },
    timeView(at),
    actorView(by, issuer),
    html`<span class="term">${action}</span>`,
    target === undefined || target === null ? html`<span class="hint">–</span>` : targetView(target),
    statusView(TONES[outcome], outcome),
    detailsView(shown),
  ];
}

/** Long details are collapsed. */
function detailsView(details: AuditRecord['details']): Html {
  if (!details || Object.keys(details).length === 0) return html`<span class="hint">–</span>`;
  const text = JSON.stringify(details);
  if (text.length <= MAX_INLINE_LENGTH) return html`<code>${text}</code>`;
  return html`<details class="details"><summary>${Object.keys(details).length} values</summary><pre tabindex="0">${JSON.stringify(details, undefined, 2)}</pre></details>`;
}

/** Anyone may choose a name at some providers: subject and issuer are what identifies. */
function actorView({ kind, id, name, from }: Actor, issuer: unknown): Html {
  return html`<a href="${linkOf(PATH, { actor: id })}">${name ?? id}</a>
    ${name !== undefined && html`<code class="id">${id}</code>`}
    <span class="hint">${kind}${typeof issuer === 'string' && ` of ${issuer}`}${from !== undefined && ` from ${from}`}</span>`;
}

/** Links targets that have a page. */
function targetView(target: string): Html {
  const [, kind, id = ''] = /^(delivery|handler|person)\/(.+)$/.exec(target) ?? [];
  const paths: Record<string, string> = { delivery: 'deliveries', handler: 'handlers', person: 'people' };
  const folder = paths[kind ?? ''];
  return folder === undefined
    ? html`<code>${target}</code>`
    : html`<a href="/console/${folder}/${encodeURIComponent(id)}"><code>${target}</code></a>`;
}

function filterView(given: URLSearchParams): Html {
  const value = (name: string): string | undefined => given.get(name) ?? undefined;
  const same = (each: string): readonly [string, string] => [each, each];
  return html`<form method="get" action="${PATH}" class="filter" role="search" aria-label="Audit log">
    ${selectView('action', 'Operation', [['', 'any'], ...AUDIT_ACTIONS.map(same)], value('action'))}
    ${selectView('outcome', 'Outcome', [['', 'any'], ...AUDIT_OUTCOMES.map(same)], value('outcome'))}
    ${inputView('actor', 'Actor (id)', value('actor'))}
    ${inputView('target', 'Target', value('target'), { hint: 'delivery/…' })}
    ${inputView('since', 'From (UTC)', value('since'), { type: 'datetime-local' })}
    ${inputView('until', 'Until (UTC)', value('until'), { type: 'datetime-local' })}
    <p class="actions"><button class="primary">Show</button> ${given.size > 0 && html`<a href="${PATH}">Show all</a>`}</p>
  </form>`;
}
