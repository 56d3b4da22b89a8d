import { type Actor } from '../../audit/actor.js';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, type AuditOutcome } from '../../audit/audit-entry.js';
import { type AuditRecord } from '../../audit/audit-record.js';
import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { actForm, inputView, selectView } from '../parts/form.view.js';
import { linkOf, pagesView } from '../parts/pages.view.js';
import { statusView, type Tone } from '../parts/status.view.js';
import { type Cell, tableView } from '../parts/table.view.js';
import { timeView } from '../parts/time.view.js';
import { type AuditQuery } from './audit-query.js';

const PATH = '/console/audit';
const SHORT = 90;
const TONES: Readonly<Record<AuditOutcome, Tone>> = { done: 'good', refused: 'warn', failed: 'bad' };

/** Who did what to what, newest first. */
export function auditView(
  entries: readonly AuditRecord[],
  next: number | undefined,
  { given }: AuditQuery,
  operator: Operator,
): Html {
  return html`
    <p class="intro">Who did what, to what, from where, and how it ended. Entries are chained by hashes: one that was changed or is missing shows.</p>
    <div class="actions">${actForm(operator, { action: `${PATH}/verify`, back: PATH, button: 'Verify the chain' })}</div>
    ${filterView(given)}
    <section class="panel" aria-label="Audit log">${tableView({
      caption: 'Audit log, newest first',
      heads: ['No.', 'When', 'Who', 'Did what', 'To what', 'Outcome', 'More'],
      rows: entries.map((entry) => ({ cells: cellsOf(entry) })),
      empty: given.size === 0 ? 'Nothing has been done yet.' : 'No entry fits.',
    })}</section>
    ${pagesView(PATH, given, next === undefined ? undefined : String(next))}`;
}

function cellsOf({ seq, at, by, action, target, outcome, details }: AuditRecord): Cell[] {
  return [
    { head: html`<span class="number">${seq}</span>` },
    timeView(at),
    actorView(by),
    html`<span class="term">${action}</span>`,
    target === undefined || target === null ? html`<span class="hint">–</span>` : targetView(target),
    statusView(TONES[outcome], outcome),
    detailsView(details),
  ];
}

/** What is long is folded away. */
function detailsView(details: AuditRecord['details']): Html {
  if (!details || Object.keys(details).length === 0) return html`<span class="hint">–</span>`;
  const text = JSON.stringify(details);
  if (text.length <= SHORT) return html`<code>${text}</code>`;
  return html`<details class="details"><summary>${Object.keys(details).length} values</summary><pre tabindex="0">${JSON.stringify(details, undefined, 2)}</pre></details>`;
}

function actorView({ kind, id, name, from }: Actor): Html {
  return html`<a href="${linkOf(PATH, { actor: id })}">${name ?? id}</a> <span class="hint">${kind}${from !== undefined && ` from ${from}`}</span>`;
}

/** What has a page of its own is linked. */
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
    ${selectView('action', 'Act', [['', 'any'], ...AUDIT_ACTIONS.map(same)], value('action'))}
    ${selectView('outcome', 'Outcome', [['', 'any'], ...AUDIT_OUTCOMES.map(same)], value('outcome'))}
    ${inputView('actor', 'Who (id)', value('actor'))}
    ${inputView('target', 'To what', value('target'), { hint: 'delivery/…' })}
    ${inputView('since', 'From (UTC)', value('since'), { type: 'datetime-local' })}
    ${inputView('until', 'Until (UTC)', value('until'), { type: 'datetime-local' })}
    <p class="actions"><button class="primary">Show</button> ${given.size > 0 && html`<a href="${PATH}">Show all</a>`}</p>
  </form>`;
}
