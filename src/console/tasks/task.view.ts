import { html, type Html } from '../../common/html.js';
import { type Operator } from '../../identity/operator.js';
import { type TaskDetails } from '../../tasks/task-admin.service.js';
import { unawaitedText } from '../../webhooks/deliveries/outcome.js';
import { framesView } from '../parts/frames.view.js';
import { ifAllowed, operationForm } from '../parts/form.view.js';
import { livePageView } from '../parts/live.view.js';
import { millisecondsText } from '../parts/format.js';
import { OUTCOME_LABELS, statusView } from '../parts/status.view.js';
import { tableView } from '../parts/table.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';
import { taskStateView } from './task-state.view.js';

const CANCELLABLE = new Set(['waiting', 'queued', 'parked']);

/** One task: its state, runs and cancellation, without what the app stored. */
export function taskView(task: TaskDetails, operator: Operator): Html {
  const path = `/console/tasks/${task.id}`;
  return html`
    <p class="crumb"><a href="/console/tasks">Tasks</a></p>
    <section class="panel lead" aria-label="State">
      ${livePageView(path)}
      ${stateView(task)}
      ${CANCELLABLE.has(task.state) && cancelView(path, operator)}
    </section>
    ${factsView(task)}
    <section class="panel" aria-labelledby="data"><h2 id="data">Data and log</h2>
      <p>It contains what the app stored. Reading it is audited.</p>
      ${ifAllowed(operator, 'operator', 'Reading the data', () => html`<p class="actions"><a class="button" href="${path}/data">Read the data</a></p>`)}
    </section>`;
}

/** The id of the part that is updated while the page is open. */
export const STATE_ID = 'task-state';

/** The state of a task, and its runs. */
export function stateView(task: TaskDetails): Html {
  return html`<div id="${STATE_ID}"><p>${taskStateView(task)} ${task.reason}</p>${attemptsView(task)}</div>`;
}

/** What the app stored in the task, and what its method logged. */
export function taskDataView({ id, data, log }: TaskDetails): Html {
  return html`
    <p class="crumb"><a href="/console/tasks">Tasks</a> · <a href="/console/tasks/${id}">The task</a></p>
    <section class="panel lead" aria-labelledby="data"><h2 id="data">Data</h2><pre>${JSON.stringify(data, null, 2)}</pre></section>
    <section class="panel" aria-labelledby="log"><h2 id="log">Log</h2>
      ${tableView({
        caption: 'Lines that the method logged',
        heads: ['Time', 'Level', 'Message', 'Fields'],
        rows: log.map(({ at, level, message, fields }) => ({
          cells: [at, level, message, fields && html`<code>${JSON.stringify(fields)}</code>`],
        })),
        empty: 'No lines.',
      })}
    </section>`;
}

function cancelView(path: string, operator: Operator): Html {
  const form = { action: `${path}/cancel`, back: path, button: 'Cancel the task', look: 'danger' } as const;
  return ifAllowed(
    operator,
    'operator',
    'Cancelling',
    () => html`<div class="actions">${operationForm(operator, form)}</div>`,
  );
}

function attemptsView({ attempts }: TaskDetails): Html {
  return tableView({
    caption: 'Runs of the method, oldest first',
    heads: ['Run', 'Result', 'Started', 'Duration', 'Reason'],
    rows: attempts.map(({ attempt, outcome, at, ms, reason, frames = [], unawaited = [] }) => {
      const { tone, word } = OUTCOME_LABELS[outcome];
      const why = html`${reason} ${framesView(frames)} ${unawaited.length > 0 && unawaitedText(unawaited)}`;
      return { cells: [attempt, statusView(tone, word), timeView(new Date(at)), millisecondsText(ms), why] };
    }),
    empty: 'It has not run yet.',
  });
}

function factsView(task: TaskDetails): Html {
  const facts: [string, Html | string | null][] = [
    ['Task', task.name],
    ['Due', timeView(task.dueAt)],
    ['Key', task.key],
    ['Workspace', task.workspaceId],
    ['Work item or entity', task.entityId],
    ['Cancelled by', task.cancelOn && task.cancelOn.join(', ')],
    ['Scheduled', timeView(task.createdAt)],
    ['First run', maybeTimeView(task.startedAt, 'none')],
    ['Ended', maybeTimeView(task.endedAt, 'no')],
    ['Id', html`<code>${task.id}</code>`],
  ];
  return html`<section class="panel" aria-labelledby="facts"><h2 id="facts">The task</h2>
    <dl class="facts">${facts.map(([name, value]) => value !== null && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}
