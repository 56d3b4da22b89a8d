import { type AgentRunPage, type AgentRunSummary, RUN_STATES } from '../../agents/agent-run-pages.js';
import { html, type Html } from '../../common/html.js';
import { type UnknownName } from '../../operations/delivery-search.service.js';
import { inputView, selectView } from '../parts/form.view.js';
import { liveListView } from '../parts/live.view.js';
import { pagesView, unknownNamesView } from '../parts/pages.view.js';
import { type Row, rowView, tableView } from '../parts/table.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';
import { RUN_LABELS, runStateView } from './agent-state.view.js';

const PATH = '/console/agents';
const HEADS = ['Run', 'State', 'Agent', 'Turns', 'Workspace', 'Last activity', 'Created'];
const NONE = html`No run yet. An agent is an app that people mention: enable “App Mentions” on the app's page in Plane, and write a
  method with <code>@OnAgentPrompt</code>. Each mention then starts a run, which answers in the thread.`;

/** A page of the list of runs, with the choices of its filter. */
export interface AgentRunList extends AgentRunPage {
  /** The parameters of the list, for the form and for links. */
  readonly given: URLSearchParams;
  readonly unknown: readonly UnknownName[];
  /** Slugs by {@link installationKey}. */
  readonly workspaces: ReadonlyMap<string, string>;
  /** The ids of all connections. */
  readonly connections: readonly string[];
  readonly now: Date;
}

/** The filtered runs, newest first; the first page is updated while it is open. */
export function agentsView(list: AgentRunList): Html {
  const { given, unknown, runs, next } = list;
  return html`
    ${unknownNamesView(PATH, given, unknown)}
    ${filterView(list)}
    ${!given.has('before') && liveListView(PATH, given, 'agent-runs')}
    <section class="panel" aria-label="Runs">
      ${tableView({
        caption: 'Runs of the agent, newest first',
        heads: HEADS,
        rows: runs.map((run) => runRow(run, list)),
        empty: given.size === 0 ? NONE : 'No results. Remove a filter.',
        bodyId: 'agent-runs',
      })}
    </section>
    ${pagesView(PATH, given, next)}`;
}

/** One row as HTML, for a script that inserts it. */
export function runRowView(run: AgentRunSummary, list: AgentRunList): Html {
  return rowView(HEADS, runRow(run, list));
}

/** Names an installation by its connection and workspace. */
export function installationKey({
  connectionId,
  workspaceId,
}: Pick<AgentRunSummary, 'connectionId' | 'workspaceId'>): string {
  return `${connectionId}/${workspaceId}`;
}

/** The id of a run's row. */
export function rowIdOf({ id }: AgentRunSummary): string {
  return `agent-run-${id}`;
}

function runRow(run: AgentRunSummary, { workspaces, connections, now }: AgentRunList): Row {
  const { id, runId, handler, turnCount, connectionId, workspaceId, lastActivityAt, createdAt } = run;
  const workspace = workspaces.get(installationKey(run)) ?? html`<code>${workspaceId}</code>`;
  return {
    id: rowIdOf(run),
    cells: [
      { head: html`<a href="${PATH}/${id}"><code>${runId}</code></a>` },
      runStateView(run),
      handler,
      turnCount,
      connections.length > 1 ? html`${connectionId}/${workspace}` : workspace,
      maybeTimeView(lastActivityAt, 'none', now),
      timeView(createdAt, now),
    ],
  };
}

function filterView({ given, workspaces, connections }: AgentRunList): Html {
  const value = (name: string): string | undefined => given.get(name) ?? undefined;
  const states = RUN_STATES.map((state) => [state, RUN_LABELS[state].word] as const);
  const slugs = [...new Set(workspaces.values())].map((slug) => [slug, slug] as const);
  return html`<form method="get" action="${PATH}" class="filter" role="search" aria-label="Runs">
    ${inputView('search', 'Search', value('search'), { type: 'search', hint: 'an id or a reference' })}
    ${selectView('state', 'State', [['', 'any'], ...states], value('state'))}
    ${connections.length > 1 && selectView('connection', 'Connection', [['', 'any'], ...connections.map((id) => [id, id] as const)], value('connection'))}
    ${selectView('workspace', 'Workspace', [['', 'any'], ...slugs], value('workspace'))}
    ${inputView('handler', 'Agent', value('handler'), { hint: 'HelperAgent.answer' })}
    <p class="actions"><button class="primary">Show</button> ${given.size > 0 && html`<a href="${PATH}">Show all</a>`}</p>
  </form>`;
}
