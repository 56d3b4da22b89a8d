import { type AgentRunTimeline } from '../../agents/agent-run-pages.js';
import { html, type Html } from '../../common/html.js';
import { DEFAULT_CONNECTION } from '../../config/plane-connection.js';
import { type Operator } from '../../identity/operator.js';
import { ifAllowed, operationForm } from '../parts/form.view.js';
import { livePageView } from '../parts/live.view.js';
import { linkOf } from '../parts/pages.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';
import { isOpen, runStateView } from './agent-state.view.js';
import { turnView } from './turn.view.js';

/** The id of the part that is updated while the page is open. */
export const TIMELINE_ID = 'timeline';

/** A run, and the slug of its workspace where the app is or was installed. */
export interface AgentRunDetails {
  readonly run: AgentRunTimeline;
  readonly workspace: string | undefined;
}

/** One run: its state and turns, its stop, and the link to what was written. */
export function agentView({ run, workspace }: AgentRunDetails, operator: Operator): Html {
  const path = `/console/agents/${run.id}`;
  return html`
    <p class="crumb"><a href="/console/agents">Agents</a></p>
    <section class="panel lead" aria-labelledby="timeline-title"><h2 id="timeline-title">Turns</h2>
      ${livePageView(path)}
      ${timelineView(run, operator)}
    </section>
    ${factsView(run, workspace)}
    <section class="panel" aria-labelledby="texts"><h2 id="texts">The conversation</h2>
      <p>It contains what people wrote in Plane, and what the agent answered. Reading it is audited.</p>
      ${ifAllowed(operator, 'operator', 'Reading a conversation', () => html`<p class="actions"><a class="button" href="${path}/conversation">Read the conversation</a></p>`)}
    </section>`;
}

/** The part of the page that changes: state, operations and turns, without what was written. */
export function timelineView(run: AgentRunTimeline, operator: Operator): Html {
  return html`<div id="${TIMELINE_ID}">
    <p>${runStateView(run)}</p>
    ${run.turns.toReversed().map((turn) => turnView(turn, { withTexts: false }))}
    ${run.turns.length === 0 && html`<p>Only a stop of this run was received.</p>`}
    ${operationView(run, operator)}
  </div>`;
}

/** The turns with what people and the agent wrote, oldest first. */
export function conversationView(run: AgentRunTimeline): Html {
  return html`
    <p class="crumb"><a href="/console/agents">Agents</a> · <a href="/console/agents/${run.id}">The run</a></p>
    <section class="panel lead" aria-label="Conversation">${run.turns.map((turn) => turnView(turn, { withTexts: true }))}</section>`;
}

function operationView(run: AgentRunTimeline, operator: Operator): Html | undefined {
  const back = `/console/agents/${run.id}`;
  if (isOpen(run))
    return ifAllowed(
      operator,
      'operator',
      'Stopping',
      () => html`<div class="actions">${operationForm(operator, { action: `${back}/stop`, back, button: 'Stop the run', look: 'danger' })}
      <p class="hint">As the user's own stop in Plane: the agent has a few seconds for a last word.</p></div>`,
    );
  if (run.state !== 'failed') return undefined;
  return ifAllowed(
    operator,
    'operator',
    'Retrying',
    () => html`<div class="actions">${operationForm(operator, { action: `${back}/retry`, back, button: 'Run the last turn again', look: 'primary' })}
    <p class="hint">With all attempts, and the state that the agent saved. Effects of failed attempts may be repeated.</p></div>`,
  );
}

function factsView(run: AgentRunTimeline, workspace: string | undefined): Html {
  const facts: [string, Html | string | null][] = [
    ['Agent', run.handler],
    [
      'Workspace',
      workspace === undefined
        ? run.workspaceId
        : html`<a href="${linkOf('/console/agents', { workspace })}">${workspace}</a>`,
    ],
    ['Connection', run.connectionId === DEFAULT_CONNECTION ? null : run.connectionId],
    ["Plane's status", run.status],
    ['Work item', run.workItemId],
    ['Project', run.projectId],
    ['Created', timeView(run.createdAt)],
    ['Last activity', maybeTimeView(run.lastActivityAt, 'none')],
    ["Plane's id", html`<code>${run.runId}</code>`],
    ['Id', html`<code>${run.id}</code>`],
  ];
  return html`<section class="panel" aria-labelledby="facts"><h2 id="facts">The run</h2>
    <dl class="facts">${facts.map(([name, value]) => value !== null && html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
  </section>`;
}
