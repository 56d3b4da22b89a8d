/** The parts of an event that are the same for every shape of payload; see `plane-event.ts`. */
export type ViewName =
  | 'workItem'
  | 'comment'
  | 'agentRun'
  | 'prompt'
  | 'project'
  | 'cycle'
  | 'module'
  | 'page'
  | 'link'
  | 'attachment'
  | 'relation';

/** Which views an event has: always, or only where the payload has the fields. */
interface ViewSpec {
  readonly always?: readonly ViewName[];
  readonly sometimes?: readonly ViewName[];
}

/** One family of events: everything that can happen to one kind of entity. */
interface FamilySpec extends ViewSpec {
  /** The family's name in v1's `event`; v1 sends the family only where this is given. */
  readonly v1?: string;
  readonly actions: readonly string[];
  /** Actions whose views differ from the family's. */
  readonly viewsByAction?: Readonly<Record<string, ViewSpec>>;
}

const KEPT = ['created', 'updated', 'deleted'] as const;
const ARCHIVABLE = ['created', 'updated', 'archived', 'deleted'] as const;
const LINKED = ['created', 'deleted'] as const;

/**
 * Every event that Plane is known to send, by family (the name without its action). Names, other spellings and
 * types are derived from it. Source: Plane's webhook documentation (v2 names, agent runs) and the source of its
 * community edition (v1 names).
 */
const EVENT_TABLE = {
  project: { v1: 'project', actions: ARCHIVABLE, always: ['project'] },
  cycle: { v1: 'cycle', actions: ARCHIVABLE, always: ['cycle'] },
  module: { v1: 'module', actions: ARCHIVABLE, always: ['module'] },
  milestone: { actions: KEPT },
  page: { actions: ARCHIVABLE, always: ['page'] },
  'page.comment': { actions: KEPT, always: ['comment'] },
  workitem: { v1: 'issue', actions: ARCHIVABLE, always: ['workItem'] },
  'workitem.comment': {
    v1: 'issue_comment',
    actions: KEPT,
    always: ['workItem', 'comment'],
    // v1 sends only the id of a deleted comment, so the work item is unknown.
    viewsByAction: { deleted: { always: ['comment'], sometimes: ['workItem'] } },
  },
  'workitem.link': { actions: KEPT, always: ['workItem', 'link'] },
  'workitem.vote': { actions: LINKED, always: ['workItem'] },
  'workitem.attachment': { actions: KEPT, always: ['workItem', 'attachment'] },
  'workitem.relation': { actions: LINKED, always: ['workItem', 'relation'] },
  'workitem.dependency': { actions: LINKED, always: ['workItem', 'relation'] },
  'workitem.page_link': { actions: LINKED, always: ['workItem'] },
  cycle_issue: { v1: 'cycle_issue', actions: KEPT, sometimes: ['workItem'] },
  module_issue: { v1: 'module_issue', actions: KEPT, sometimes: ['workItem'] },
  intake_issue: { v1: 'intake_issue', actions: KEPT, sometimes: ['workItem'] },
  user: { v1: 'user', actions: KEPT },
  agent_run: {
    actions: ['created', 'prompted'],
    always: ['agentRun'],
    sometimes: ['workItem', 'comment'],
    viewsByAction: { prompted: { always: ['agentRun', 'prompt'], sometimes: ['workItem', 'comment'] } },
  },
} as const satisfies Record<string, FamilySpec>;

type Table = typeof EVENT_TABLE;

/** A name without its action: `workitem.comment`. */
type EventFamily = keyof Table;

type FamilyByName = { [F in EventFamily as `${F}.${Table[F]['actions'][number]}`]: F };

/** The one spelling of an event that Hangar uses: Plane's v2 name, or its own where v2 has none. */
export type EventName = keyof FamilyByName;

/** The family of a name. */
export type FamilyOf<N extends EventName> = FamilyByName[N];

/** What happened, by a name: `created`. */
export type ActionOf<N extends EventName> = N extends `${FamilyOf<N>}.${infer A}` ? A : never;

type RenamedBy<F extends EventFamily> = Table[F] extends { v1: infer V extends string }
  ? V extends F
    ? never
    : V
  : never;

/** v1's families that have another name in v2, and that name: `issue` → `workitem`. */
export type V1Families = { [F in EventFamily as RenamedBy<F>]: F };

/** v1's spellings of events that have another name in v2: `issue.created`. */
export type EventAlias = {
  [V in keyof V1Families]: `${V}.${Table[V1Families[V]]['actions'][number]}`;
}[keyof V1Families];

type SpecOf<N extends EventName> = Table[FamilyOf<N>] extends { viewsByAction: infer B }
  ? ActionOf<N> extends keyof B
    ? B[ActionOf<N>]
    : Table[FamilyOf<N>]
  : Table[FamilyOf<N>];

/** The views that every event of a name has. */
export type AlwaysOf<N extends EventName> =
  SpecOf<N> extends { always: readonly (infer V extends ViewName)[] } ? V : never;

/** The views that an event of a name has where the payload has the fields. */
export type SometimesOf<N extends EventName> =
  SpecOf<N> extends { sometimes: readonly (infer V extends ViewName)[] } ? V : never;

const FAMILIES: ReadonlyMap<string, FamilySpec> = new Map(Object.entries(EVENT_TABLE));

/** Every name, in the order of the table. */
export const EVENT_NAMES: readonly EventName[] = [...FAMILIES].flatMap(([family, spec]) =>
  spec.actions.map((action) => `${family}.${action}` as EventName),
);

const RENAMED: ReadonlyMap<string, string> = new Map(
  [...FAMILIES].flatMap(([family, { v1 }]) => (v1 === undefined || v1 === family ? [] : [[v1, family] as const])),
);

/** Every spelling of v1 that differs from the name: `issue.created`. */
export const EVENT_ALIASES: readonly EventAlias[] = [...RENAMED].flatMap(([v1, family]) =>
  (FAMILIES.get(family)?.actions ?? []).map((action) => `${v1}.${action}` as EventAlias),
);

/** Replaces a family of v1 at the start of a text by v2's: `issue.*` → `workitem.*`. */
export function respell(text: string): string {
  const dot = text.indexOf('.');
  const family = RENAMED.get(dot === -1 ? text : text.slice(0, dot));
  return family === undefined ? text : family + (dot === -1 ? '' : text.slice(dot));
}

/** `workitem.comment` for `workitem.comment.created` and `issue_comment.created`; names need not be known. */
export function familyOfName(name: string): string {
  const spelled = respell(name);
  return spelled.slice(0, Math.max(0, spelled.lastIndexOf('.')));
}

/** The views that events of a family can have; of an unknown one below `workitem`, the work item. */
export function viewsOfFamily(family: string): readonly ViewName[] {
  const spec = FAMILIES.get(family);
  if (spec === undefined) return family.startsWith('workitem.') ? ['workItem'] : [];
  return [...(spec.always ?? []), ...(spec.sometimes ?? [])];
}

/** The community edition writes the action of v1 events in the imperative. */
const COMMANDS: readonly (readonly [action: string, command: string])[] = [
  ['created', 'create'],
  ['updated', 'update'],
  ['deleted', 'delete'],
];

const SPELLINGS: ReadonlyMap<string, EventName> = new Map([
  ...EVENT_NAMES.map((name) => [name, name] as const),
  ...EVENT_ALIASES.map((alias) => [alias, respell(alias) as EventName] as const),
  ...[...FAMILIES].flatMap(([family, { v1 }]) =>
    v1 === undefined
      ? []
      : COMMANDS.map(([action, command]) => [`${v1}.${command}`, `${family}.${action}` as EventName] as const),
  ),
]);

const squash = (text: string): string => text.replaceAll(/[._]/g, '').toLowerCase();
const ENUM_SPELLINGS: ReadonlyMap<string, EventName> = new Map(
  [...SPELLINGS].map(([spelling, name]) => [squash(spelling), name]),
);
const ENUM_TEXT = /^(?:[A-Za-z]+\.)*(?<member>[A-Z][A-Z_]*)$/;

/**
 * The one name of an event, from any spelling: v2's (`workitem.updated`), v1's (`issue.updated`, and with the
 * community edition's `create`, `update`, `delete`), or the text of Plane's Python enum
 * (`WebhookScope.ScopeChoices.WORK_ITEM_UPDATED`, with or without what is before the last dot).
 * `undefined` for anything else.
 */
export function canonicalEventName(text: string): EventName | undefined {
  const member = ENUM_TEXT.exec(text)?.groups?.['member'];
  return SPELLINGS.get(text) ?? (member === undefined ? undefined : ENUM_SPELLINGS.get(squash(member)));
}

const HEADER_NAMES: ReadonlySet<string> = new Set([
  ...Object.keys(EVENT_TABLE),
  ...Object.values(EVENT_TABLE).flatMap((family: FamilySpec) => family.v1 ?? []),
]);

/** Whether Plane is known to send this text in `X-Plane-Event`: an event, or a family of them, in any spelling. */
export function isKnownEventHeader(text: string): boolean {
  return HEADER_NAMES.has(text) || canonicalEventName(text) !== undefined;
}
