import { html, type Html } from '../../common/html.js';
import { type CatchUpGap, type CatchUpRun } from '../../catch-up/catch-up-run.js';
import { type Operator } from '../../identity/operator.js';
import { type InstallationCatchUps } from '../../operations/catch-up.operations.js';
import { ifAllowed, inputView, operationForm } from '../parts/form.view.js';
import { statusView } from '../parts/status.view.js';
import { tableView } from '../parts/table.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';

const REASONS: Readonly<Record<CatchUpRun['reason'], string>> = {
  lists: 'to remember what there is',
  missed: 'changes without a webhook',
  outage: 'no receiver ran',
  operator: 'on demand',
};

/** Whether webhooks are missing, and what was recovered of an installation's changes. */
export function catchUpView(catchUps: InstallationCatchUps, operator: Operator): Html {
  const { installation, state, runs, gaps, unrecoverable } = catchUps;
  const path = `/console/installations/${installation.id}`;
  const form = (): Html =>
    operationForm(operator, {
      action: `${path}/catch-up`,
      back: path,
      button: 'Catch up',
      label: `Catch up ${installation.workspaceSlug}`,
      fields: inputView('since', 'What changed within the last', '2h', { hint: '2h' }),
    });
  return html`<section class="panel" aria-labelledby="catch-up"><h2 id="catch-up">Catch-up</h2>
      <p>Changes that no webhook announced are read from Plane's API and become events.</p>
      <dl class="facts">${[
        [
          'Webhooks',
          state?.missedSince
            ? html`${statusView('bad', 'missing')} since ${timeView(state.missedSince)}`
            : statusView('good', 'none is missing'),
        ],
        ['Caught up to', state ? timeView(state.seenTo) : 'not checked yet'],
        ['Last compared with the API', maybeTimeView(state?.checkedAt ?? null, 'not yet')],
        ['Unrecoverable', String(unrecoverable)],
      ].map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
      ${runsView(runs)}
      ${ifAllowed(operator, 'operator', 'Catching up', form)}
    </section>
    ${gaps.length > 0 && gapsView(gaps, unrecoverable)}`;
}

function runsView(runs: readonly CatchUpRun[]): Html {
  return tableView({
    caption: 'Catch-ups, the newest first',
    heads: ['Started', 'Why', 'State', 'Read from', 'To', 'Recovered', 'Known', 'Unrecoverable', 'Calls'],
    rows: runs.map((run) => ({
      cells: [
        { head: timeView(run.createdAt) },
        run.requestedBy === null ? REASONS[run.reason] : html`${REASONS[run.reason]}, ${run.requestedBy}`,
        runStateView(run),
        timeView(run.since),
        timeView(run.until),
        String(run.recovered),
        String(run.known),
        String(run.unrecoverable),
        String(run.calls),
      ],
    })),
    empty: 'No catch-up yet.',
  });
}

function runStateView({ state, error }: CatchUpRun): Html {
  if (state === 'failed') return html`${statusView('bad', 'failed')} ${error}`;
  if (state === 'done') return statusView('good', 'done');
  return html`${statusView('idle', state)} ${error}`;
}

function gapsView(gaps: readonly CatchUpGap[], total: number): Html {
  return html`<section class="panel" aria-labelledby="unrecoverable"><h2 id="unrecoverable">Changes that cannot be recovered</h2>
    ${total > gaps.length && html`<p>The newest ${String(gaps.length)} of ${String(total)}.</p>`}
    ${tableView({
      caption: 'Changes that cannot be recovered, the newest first',
      heads: ['Found', 'Entity', 'Changed', 'What is missing'],
      rows: gaps.map(({ createdAt, kind, entityId, changedAt, detail }) => ({
        cells: [
          { head: timeView(createdAt) },
          html`${kind} <code class="id">${entityId}</code>`,
          maybeTimeView(changedAt, 'unknown'),
          detail,
        ],
      })),
    })}</section>`;
}
