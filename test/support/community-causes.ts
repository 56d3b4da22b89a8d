import { type RecordedRelease } from './recorded-community.js';

/** What a handler must receive, with names for ids (`namesForIds`). What is absent here is not compared. */
export interface ExpectedEvent {
  readonly name: string;
  /** Of an update; exactly these. */
  readonly changes?: Readonly<Record<string, { readonly old?: unknown; readonly new?: unknown }>>;
  readonly actor: string;
  /** The work item that it is about. */
  readonly item?: string;
  readonly assignees?: readonly string[];
  readonly labels?: readonly string[];
  /** Of a comment. */
  readonly text?: string;
  readonly mentions?: readonly string[];
}

const ZOE = '@zoë';
const BOT = '@bot';
const BUG = 'bug & <feature>';
const LATER = 'später';
const FIRST = 'Straße 😀 prüfen';
const SECOND = 'Zweites';
const FROM_API = 'Von der API ☃';
const RENAMED = 'Neuer Name \u2028 "x"';
const BEFORE = '<p class="editor-paragraph-block">Größe: 1 &lt; 2</p>';
const AFTER = '<p>neu &amp; besser</p>';
/** The name of the bot in the place of its id, which the payload has alone. */
const MENTION_TEXT = '@@bot /ping & <wait>\nnow';

const updated = (changes: ExpectedEvent['changes'] & object, item = FIRST, actor = ZOE): ExpectedEvent => ({
  name: 'workitem.updated',
  changes,
  actor,
  item,
});
const priority = (old: string, now: string, item = FIRST, actor = ZOE): ExpectedEvent =>
  updated({ priority: { old, new: now } }, item, actor);
const state = (old: string, now: string, item = FIRST, actor = ZOE): ExpectedEvent =>
  updated({ state_id: { old, new: now }, state: { old, new: now } }, item, actor);
const comment = (action: string, more: Partial<ExpectedEvent>, actor = ZOE): ExpectedEvent => ({
  name: `workitem.comment.${action}`,
  actor,
  ...more,
});
const simple = (name: string, actor = ZOE, changes: ExpectedEvent['changes'] = {}): ExpectedEvent => ({
  name,
  actor,
  changes,
});

/**
 * The events of each cause, written by hand from what was done: one for each change, whichever release sent it. What a
 * release does not send at all, and names that its payloads do not have, are in `EXCEPTIONS`.
 */
export const EVENTS_BY_CAUSE: Readonly<Record<string, readonly ExpectedEvent[]>> = {
  'app: create project': [simple('project.created')],
  'app: rename project': [
    simple('project.updated', ZOE, { name: { old: 'Größe 😀', new: 'Größe 2' } }),
    simple('project.updated', ZOE, { description: { old: '', new: 'neu' } }),
  ],
  'app: create work item': [
    { name: 'workitem.created', changes: {}, actor: ZOE, item: FIRST, assignees: [ZOE], labels: [BUG] },
  ],
  'app: state_id': [state('Todo', 'In Progress')],
  'app: assignee_ids two': [
    {
      ...updated({
        assignee_ids: { old: [ZOE], new: [ZOE, '@bob'] },
        assignees: { old: ['zoë'], new: ['zoë', 'bob'] },
      }),
      assignees: [ZOE, '@bob'],
    },
  ],
  'app: assignee_ids none': [
    {
      ...updated({ assignee_ids: { old: [ZOE, '@bob'], new: [] }, assignees: { old: ['zoë', 'bob'], new: [] } }),
      assignees: [],
    },
  ],
  'app: label_ids': [
    {
      ...updated({ label_ids: { old: [BUG], new: [BUG, LATER] }, labels: { old: [BUG], new: [BUG, LATER] } }),
      labels: [BUG, LATER],
    },
  ],
  'app: priority': [{ ...priority('high', 'urgent'), assignees: [], labels: [BUG, LATER] }],
  'app: name': [{ ...updated({ name: { old: FIRST, new: RENAMED } }), assignees: [], labels: [BUG, LATER] }],
  'app: description_html': [
    updated({ description: { old: BEFORE, new: AFTER }, description_html: { old: BEFORE, new: AFTER } }),
  ],
  'app: three fields at once': [
    priority('urgent', 'low'),
    state('In Progress', 'Done'),
    updated({ target_date: { old: null, new: '2026-12-31' } }),
  ],
  'app: target_date null, start_date': [
    updated({ target_date: { old: '2026-12-31', new: null } }),
    updated({ start_date: { old: null, new: '2026-01-02' } }),
  ],
  'app: estimate_point': [
    updated({ estimate_point: { old: null, new: '<id>' }, estimate_categories: { old: null, new: '5' } }),
  ],
  'app: create second work item': [
    { name: 'workitem.created', changes: {}, actor: ZOE, item: SECOND, assignees: [], labels: [] },
  ],
  'app: parent_id': [updated({ parent_id: { old: null, new: SECOND }, parent: { old: null, new: 'GRO9F6-2' } })],
  'app: sort_order': [updated({ sort_order: { old: 65_535, new: 1234.5 } })],
  'app: comment with mention': [comment('created', { changes: {}, item: FIRST, text: MENTION_TEXT, mentions: [BOT] })],
  'app: edit comment': [comment('updated', { item: FIRST, text: 'zwei' })],
  'app: comment reaction': [
    updated({ reaction: { old: null, new: '128077' }, reaction_id: { old: null, new: '<id>' } }),
  ],
  'app: issue reaction': [updated({ reaction: { old: null, new: '128077' }, reaction_id: { old: null, new: '<id>' } })],
  'app: link': [updated({ link: { old: null, new: 'https://example.com/a' }, link_id: { old: null, new: '<id>' } })],
  'app: relation': [
    updated({ blocking: { old: null, new: 'GRO9F6-2' } }),
    updated({ blocked_by: { old: null, new: 'GRO9F6-1' } }, SECOND),
  ],
  'app: create cycle': [simple('cycle.created')],
  'app: rename cycle': [simple('cycle.updated', ZOE, { name: { old: 'Sprint 1', new: 'Sprint eins' } })],
  'app: add work item to cycle': [
    updated({ cycles: { old: null, new: 'Sprint eins' }, cycle_id: { old: null, new: 'Sprint 1' } }),
  ],
  'app: create module': [simple('module.created')],
  'app: module status': [simple('module.updated', ZOE, { status: { old: 'backlog', new: 'planned' } })],
  'app: add work item to module': [
    updated({ modules: { old: null, new: 'Modul ä' }, module_id: { old: null, new: 'Modul ä' } }),
  ],
  'app: after cycle and module, priority': [{ ...priority('low', 'none'), assignees: [], labels: [BUG, LATER] }],
  'app: remove from cycle': [
    updated({ cycles: { old: 'Sprint eins', new: null }, cycle_id: { old: 'Sprint 1', new: null } }),
  ],
  'app: delete comment': [comment('deleted', { changes: {}, text: '' })],
  'app: archive (needs done)': [updated({ archived_at: { old: null, new: 'manual_archive' } })],
  'app: unarchive': [updated({ archived_at: { old: 'archive', new: 'restore' } })],
  'app: intake accept': [
    {
      name: 'intake_issue.updated',
      changes: { intake: { old: 'Pending', new: 'Accepted' } },
      actor: ZOE,
      item: 'Eingang',
    },
  ],
  'app: delete module': [updated({ modules: { old: 'Modul ä', new: null }, module_id: { old: 'Modul ä', new: null } })],
  'app: delete work item': [{ name: 'workitem.deleted', changes: {}, actor: ZOE, item: FIRST }],
  'api: create work item': [
    { name: 'workitem.created', changes: {}, actor: BOT, item: FROM_API, assignees: [ZOE], labels: [BUG] },
  ],
  'api: state': [state('Todo', 'In Progress', FROM_API, BOT)],
  'api: assignees': [
    {
      ...updated(
        { assignee_ids: { old: [ZOE], new: [ZOE, '@bob'] }, assignees: { old: ['zoë'], new: ['zoë', 'bob'] } },
        FROM_API,
        BOT,
      ),
      assignees: [ZOE, '@bob'],
    },
  ],
  'api: labels': [
    {
      ...updated({ label_ids: { old: [BUG], new: [LATER] }, labels: { old: [BUG], new: [LATER] } }, FROM_API, BOT),
      labels: [LATER],
    },
  ],
  'api: priority': [priority('none', 'high', FROM_API, BOT)],
  'api: state + priority': [state('In Progress', 'Done', FROM_API, BOT), priority('high', 'low', FROM_API, BOT)],
  'api: comment': [comment('created', { changes: {}, item: FROM_API, text: 'pong' }, BOT)],
  'api: edit comment': [
    comment(
      'updated',
      { changes: { comment_html: { old: '<p>pong</p>', new: '<p>pong 2</p>' } }, item: FROM_API, text: 'pong 2' },
      BOT,
    ),
  ],
  'api: delete comment': [comment('deleted', { changes: {}, text: '' }, BOT)],
  'api: create cycle': [simple('cycle.created', BOT)],
  'api: update cycle': [simple('cycle.updated', BOT, { name: { old: 'API-Zyklus', new: 'API-Zyklus 2' } })],
  'api: create module': [simple('module.created', BOT)],
  'api: update module': [simple('module.updated', BOT, { name: { old: 'API-Modul', new: 'API-Modul 2' } })],
  'api: delete work item': [{ name: 'workitem.deleted', changes: {}, actor: BOT, item: FROM_API }],
  'api: update project': [simple('project.updated', BOT, { description: { old: 'neu', new: 'api' } })],
  'api: create project': [simple('project.created', BOT)],
  'api: delete project': [simple('project.deleted', BOT)],
  'app: delete project': [simple('project.deleted')],
};

/** What the releases do not send; the tables of docs/plane-versions.md say the same. */
interface Exceptions {
  /** Causes of which nothing arrives. */
  readonly nothing: readonly string[];
  /** Sides of changes, `cause field side`, of which the payload does not have the name. */
  readonly unnamed: readonly string[];
}

const PARTS_AND_DELETIONS = [
  'app: comment reaction',
  'app: issue reaction',
  'app: link',
  'app: relation',
  'app: add work item to cycle',
  'app: remove from cycle',
  'app: add work item to module',
  'app: delete module',
  'app: archive (needs done)',
  'app: unarchive',
  'app: intake accept',
  'app: delete comment',
  'app: delete work item',
  'api: delete comment',
  'api: delete work item',
];

const NAMES_BY_ID = [
  'app: state_id state old',
  'app: three fields at once state old',
  'app: assignee_ids none assignees old',
  'app: estimate_point estimate_categories old',
  'app: estimate_point estimate_categories new',
  'app: parent_id parent old',
  'app: parent_id parent new',
];

/** By release. */
const EXCEPTIONS: Readonly<Record<RecordedRelease, Exceptions>> = {
  'v0.26.0': { nothing: ['api: state', 'api: assignees', 'api: labels'], unnamed: [] },
  'v1.0.0': {
    nothing: [
      ...PARTS_AND_DELETIONS,
      'api: state',
      'api: assignees',
      'api: labels',
      'api: priority',
      'api: state + priority',
      'api: create cycle',
      'api: update cycle',
    ],
    unnamed: NAMES_BY_ID,
  },
  'v1.3.1': {
    nothing: PARTS_AND_DELETIONS,
    unnamed: [...NAMES_BY_ID, 'api: state state old', 'api: state + priority state old', 'api: labels labels old'],
  },
};

/** Events of a cause that a release leaves out, by their position. v0.26.0 announces of this edit by API the priority alone. */
const PARTLY: Readonly<Record<string, readonly number[]>> = { 'v0.26.0 api: state + priority': [0] };

/** The events of a cause as far as the release sends them. */
export function expectedOf(release: RecordedRelease, cause: string): readonly ExpectedEvent[] {
  const { nothing, unnamed } = EXCEPTIONS[release];
  if (nothing.includes(cause)) return [];
  const events = (EVENTS_BY_CAUSE[cause] ?? []).filter((_, index) => !PARTLY[`${release} ${cause}`]?.includes(index));
  return events.map(({ changes, ...event }) => {
    if (changes === undefined) return event;
    const known = Object.entries(changes).map(([field, sides]) => [
      field,
      Object.fromEntries(Object.entries(sides).filter(([side]) => !unnamed.includes(`${cause} ${field} ${side}`))),
    ]);
    return {
      ...event,
      changes: Object.fromEntries(known.filter(([, sides]) => Object.keys(sides as object).length > 0)),
    };
  });
}
