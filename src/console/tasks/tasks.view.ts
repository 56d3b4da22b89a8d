import { html, type Html } from '../../common/html.js';
import { type UnknownName } from '../../operations/delivery-search.service.js';
import { TASK_STATES, type TaskPage, type TaskSummary } from '../../tasks/task-pages.js';
import { type ListedSchedule } from '../../tasks/task-admin.service.js';
import { handlerPath } from '../handlers/handlers.view.js';
import { inputView, selectView } from '../parts/form.view.js';
import { liveListView } from '../parts/live.view.js';
import { pagesView, unknownNamesView } from '../parts/pages.view.js';
import { statusView } from '../parts/status.view.js';
import { type Row, rowView, tableView } from '../parts/table.view.js';
import { maybeTimeView, timeView } from '../parts/time.view.js';
import { TASK_LABELS, taskStateView } from './task-state.view.js';

const PATH = '/console/tasks';
const HEADS = ['Task', 'State', 'Due', 'Workspace', 'Key', 'Runs', 'Reason'];
const NONE = html`No task yet. A handler schedules one with <code>context.tasks.schedule</code>; a method with <code>@OnTask</code> runs it.`;

/** A page of the list of tasks, the choices of its filter, and the schedules. */
export interface TaskList extends TaskPage {
  readonly schedules: readonly ListedSchedule[];
  /** The parameters of the list, for the form and for links. */
  readonly given: URLSearchParams;
  readonly unknown: readonly UnknownName[];
  /** Slugs by id. */
  readonly workspaces: ReadonlyMap<string, string>;
  readonly now: Date;
}

/** The schedules, and the filtered tasks, the last scheduled first. */
export function tasksView(list: TaskList): Html {
  const { given, unknown, tasks, next, workspaces, schedules, now } = list;
  return html`
    ${unknownNamesView(PATH, given, unknown)}
    ${given.size === 0 && schedulesView(schedules, now)}
    ${filterView(list)}
    ${!given.has('before') && liveListView(PATH, given, 'tasks')}
    <section class="panel" aria-label="Tasks">
      ${tableView({
        caption: 'Tasks, the last scheduled first',
        heads: HEADS,
        rows: tasks.map((task) => taskRow(task, workspaces, now)),
        empty: given.size === 0 ? NONE : 'No results. Remove a filter.',
        bodyId: 'tasks',
      })}
    </section>
    ${pagesView(PATH, given, next)}`;
}

function schedulesView(schedules: readonly ListedSchedule[], now: Date): Html | undefined {
  if (schedules.length === 0) return undefined;
  return html`<section class="panel" aria-labelledby="schedules"><h2 id="schedules">Schedules</h2>${tableView({
    caption: 'Schedules with their next and last occurrence',
    heads: ['Schedule', 'State', 'Cron', 'Time zone', 'For', 'Next', 'Last'],
    rows: schedules.map(({ handler, cron, timeZone, each, nextAt, lastAt, orphaned }) => ({
      cells: [
        { head: orphaned ? handler : html`<a href="${handlerPath(handler)}">${handler}</a>` },
        orphaned ? statusView('warn', 'not in this release') : statusView('good', 'scheduled'),
        html`<code>${cron}</code>`,
        timeZone,
        each === 'installation' ? 'each installation' : 'the app',
        maybeTimeView(nextAt, 'unknown', now),
        maybeTimeView(lastAt, 'never', now),
      ],
    })),
  })}</section>`;
}

/** The row of a task as HTML, for a script that inserts it. */
export function taskRowView(task: TaskSummary, workspaces: ReadonlyMap<string, string>, now: Date): Html {
  return rowView(HEADS, taskRow(task, workspaces, now));
}

function taskRow(task: TaskSummary, workspaces: ReadonlyMap<string, string>, now: Date): Row {
  const { id, name, dueAt, workspaceId, key, attemptCount, reason } = task;
  return {
    id: `task-${id}`,
    cells: [
      { head: html`<a href="${PATH}/${id}">${name}</a>` },
      taskStateView(task),
      timeView(dueAt, now),
      workspaceId === null ? 'all' : (workspaces.get(workspaceId) ?? html`<code>${workspaceId}</code>`),
      key,
      attemptCount,
      reason,
    ],
  };
}

function filterView({ given, workspaces }: TaskList): Html {
  const value = (name: string): string | undefined => given.get(name) ?? undefined;
  const states = TASK_STATES.map((state) => [state, TASK_LABELS[state].word] as const);
  const slugs = [...new Set(workspaces.values())].map((slug) => [slug, slug] as const);
  return html`<form method="get" action="${PATH}" class="filter" role="search" aria-label="Tasks">
    ${selectView('state', 'State', [['', 'any'], ...states], value('state'))}
    ${inputView('name', 'Task', value('name'), { hint: 'remind' })}
    ${inputView('key', 'Key', value('key'))}
    ${selectView('workspace', 'Workspace', [['', 'any'], ...slugs], value('workspace'))}
    ${selectView(
      'orphaned',
      'Method',
      [
        ['', 'any'],
        ['yes', 'not in this release'],
      ],
      value('orphaned'),
    )}
    <p class="actions"><button class="primary">Show</button> ${given.size > 0 && html`<a href="${PATH}">Show all</a>`}</p>
  </form>`;
}
