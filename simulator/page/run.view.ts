import { html, type Html } from '../../src/common/html.js';
import { type SimulatorContext } from '../simulator-context.js';
import { staleAt } from '../world/run-status.js';
import { type AgentRun, type RunActivity, type RunStatus, type WorkItem } from '../world/world.types.js';
import { clockText } from './clock-text.js';

interface Choice {
  readonly id: string;
  readonly label: string;
  readonly description?: string | null;
}

const TONES: Partial<Record<RunStatus, string>> = {
  awaiting: 'warn',
  completed: 'good',
  stopping: 'warn',
  stopped: 'warn',
  failed: 'bad',
  stale: 'bad',
};
const CAN_STOP = new Set<RunStatus>(['created', 'in_progress', 'awaiting']);

function textOf({ content }: RunActivity): string {
  if ('body' in content) return content.body;
  const parameters = Object.entries(content.parameters).map(([name, value]) => `${name}: ${value}`);
  return `${content.action} (${parameters.join(', ')})`;
}

function hiddenFields(run: AgentRun): Html {
  return html`<input type="hidden" name="workItem" value="${run.workItemId}"><input type="hidden" name="run" value="${run.id}">`;
}

function choices(run: AgentRun, { id, signalMetadata }: RunActivity): Html {
  const { options } = signalMetadata as { options: readonly Choice[] };
  return html`<form method="post" action="/page/prompt" class="choices">${hiddenFields(run)}${options.map(
    (option) =>
      html`<button name="text" value="${option.label}" id="choice-${id}-${option.id}">${option.label}${
        option.description && html` <span class="hint">${option.description}</span>`
      }</button>`,
  )}</form>`;
}

/** What the signal of the run's last elicitation asks for. */
function question(run: AgentRun, activity: RunActivity): Html | undefined {
  if (run.status !== 'awaiting' || activity !== run.activities.at(-1)) return undefined;
  if (activity.signal === 'select') return choices(run, activity);
  if (activity.signal !== 'auth_request') return undefined;
  const { url } = activity.signalMetadata as { url: string };
  return html`<p><a class="button primary" href="${url}" target="_blank" rel="noopener noreferrer">Authorize</a></p>`;
}

function activityView(run: AgentRun, activity: RunActivity): Html {
  const marks = [activity.ephemeral && 'ephemeral', activity.supersededAt !== null && 'superseded'];
  return html`<li class="${marks.filter(Boolean).join(' ')}"><span class="kind">${activity.type}</span>
<time>${clockText(activity.createdAt)}</time>
${activity.signal !== 'continue' && html`<span class="badge">${activity.signal}</span>`}
<span class="said">${textOf(activity)}</span>${question(run, activity)}</li>`;
}

function activityList(run: AgentRun, activities: readonly RunActivity[]): Html | undefined {
  if (activities.length === 0) return undefined;
  return html`<ol class="plain activities">${activities.map((activity) => activityView(run, activity))}</ol>`;
}

/** The ephemeral activities: the current one, and those that Plane no longer shows. */
function stepsView(run: AgentRun): Html {
  const steps = run.activities.filter(({ ephemeral }) => ephemeral);
  const superseded = steps.filter(({ supersededAt }) => supersededAt !== null);
  const current = steps.filter(({ supersededAt }) => supersededAt === null);
  return html`${
    superseded.length > 0 &&
    html`<details id="steps-${run.id}"><summary class="hint">Superseded steps: ${superseded.length}</summary>${activityList(run, superseded)}</details>`
  }${activityList(run, current)}`;
}

function replyForm(run: AgentRun): Html {
  return html`<form method="post" action="/page/prompt" data-clear>${hiddenFields(run)}
<label>Reply to the run <input name="text" id="reply-${run.id}" required autocomplete="off"></label>
<div class="row"><button name="signal" value="continue" id="send-${run.id}">Reply</button>
${CAN_STOP.has(run.status) && html`<button name="signal" value="stop" id="stop-${run.id}" formnovalidate>Stop the run</button>`}</div>
</form>`;
}

function runView({ settings }: SimulatorContext, run: AgentRun): Html {
  const deadline = staleAt(run, settings);
  return html`<li data-run="${run.id}"><span class="badge ${TONES[run.status]}" data-status="${run.status}">${run.status}</span>
<span class="hint">since ${clockText(run.startedAt)}${deadline !== null && html`, stale at ${clockText(deadline)}`}</span>
${activityList(
  run,
  run.activities.filter(({ ephemeral }) => !ephemeral),
)}${stepsView(run)}${replyForm(run)}</li>`;
}

/** The runs of the app as an agent on a work item, newest first. */
export function runsView(context: SimulatorContext, item: WorkItem): Html {
  const mine = context.runs.all().filter((run) => run.workItemId === item.id);
  if (mine.length === 0) return html`<p class="empty">No runs yet.</p>`;
  return html`<ol class="plain runs">${mine.toReversed().map((run) => runView(context, run))}</ol>`;
}
