import { fieldOf, idAt, idOf, isRecord, recordAt, textOf } from './payload-fields.js';
import { type FieldChange } from './field-changes.js';
import { type PlaneRecord } from './plane-event.js';

/** A field of a work item that v1 announces by name, by id, or by both in two webhooks (docs/plane-versions.md). */
export interface TwinField {
  /** Plane's names of the field where its values are names. */
  readonly names: readonly string[];
  /** Its name where its values are ids. */
  readonly ids: string;
  /** A list: older releases announce one added or removed member a webhook, by name, and then the lists by id. */
  readonly isList?: true;
  /** It is announced by name, with the ids, in one webhook. */
  readonly isOnce?: true;
}

const TWIN_FIELDS: readonly TwinField[] = [
  { names: ['state'], ids: 'state_id' },
  { names: ['assignees'], ids: 'assignee_ids', isList: true },
  { names: ['labels'], ids: 'label_ids', isList: true },
  { names: ['parent'], ids: 'parent_id' },
  { names: ['estimate_categories', 'estimate_points', 'estimate_time'], ids: 'estimate_point' },
  { names: ['cycles'], ids: 'cycle_id', isOnce: true },
  { names: ['modules'], ids: 'module_id', isOnce: true },
  { names: ['link'], ids: 'link_id', isOnce: true },
  { names: ['reaction'], ids: 'reaction_id', isOnce: true },
];

/** Two names of one text. */
const DESCRIPTION = ['description', 'description_html'] as const;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

type Sides = FieldChange;
type Changes = Record<string, FieldChange>;

/** The field that has this name, if it has several. */
export function twinOf(field: string): TwinField | undefined {
  return TWIN_FIELDS.find(({ names, ids }) => ids === field || names.includes(field));
}

const isUuid = (value: unknown): boolean => typeof value === 'string' && UUID.test(value);
const isNothing = (value: unknown): boolean => value === null || value === '';

/** Both sides, without those that are `undefined`. */
function sides(read: (side: 'old' | 'new') => unknown): Sides {
  const found = (['old', 'new'] as const).map((side) => [side, read(side)] as const);
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

const valuesOf = (activity: PlaneRecord): Sides => sides((side) => fieldOf(activity, `${side}_value`));

/** The name under which both webhooks about a field are the same: that of its ids, or its own. */
export function fieldKey(field: string): string {
  return field === DESCRIPTION[0] ? DESCRIPTION[1] : (twinOf(field)?.ids ?? field);
}

/** Whether a field is a list of ids, by {@link fieldKey}. */
export function isListKey(key: string): boolean {
  return twinOf(key)?.isList === true;
}

/** Whether the activity names one member that was added to a list or removed from it, and not the lists. */
export function isMemberChange(activity: PlaneRecord): boolean {
  const field = textOf(fieldOf(activity, 'field')) ?? '';
  const { old, new: now } = valuesOf(activity);
  const isList = Array.isArray(old) || Array.isArray(now);
  return twinOf(field)?.isList === true && twinOf(field)?.ids !== field && !isList && !isUuid(old) && !isUuid(now);
}

/** Whether the values of the activity are names, or nothing, and no ids: only releases that send both name such a field so. */
export function hasNames(activity: PlaneRecord): boolean {
  const values = Object.values(valuesOf(activity));
  return !values.some((value) => Array.isArray(value) || isUuid(value)) && !values.every(isNothing);
}

/** The entities of the record that a field refers to, by id: their names, or `undefined` where the record has ids alone. */
function namesById({ names, ids }: TwinField, data: PlaneRecord, actor: PlaneRecord): Map<string, string | undefined> {
  const fields = [...names, ids].map((name) => fieldOf(data, name));
  const entities = [...fields.flat(), ...(ids === 'assignee_ids' ? [actor] : [])];
  return new Map(
    entities.flatMap((entity) => {
      const id = idOf(entity);
      if (id === undefined) return [];
      const name = isRecord(entity) ? (entity['display_name'] ?? entity['name']) : undefined;
      return [[id, textOf(name)] as const];
    }),
  );
}

function hasValue(change: Sides): boolean {
  return [change.old, change.new].some((value) => Array.isArray(value) || !isNothing(value ?? null));
}

/** Changes by both names of a field; the one that the webhook does not name only where something is known of it. */
function bothViews(field: string, twin: TwinField, ids: Sides, names: Sides): Changes {
  const nameKey = twin.names.includes(field) ? field : (twin.names[0] ?? field);
  const views: [string, Sides][] = [
    [nameKey, names],
    [twin.ids, ids],
  ];
  return Object.fromEntries(views.filter(([key, view]) => hasValue(view) || (key === field && !twin.isList)));
}

function singleChange(field: string, twin: TwinField, activity: PlaneRecord, data: PlaneRecord): Changes {
  const values = valuesOf(activity);
  const isNamed = field !== twin.ids && !isUuid(values.old) && !isUuid(values.new);
  const known = namesById(twin, data, {});
  const idFrom = (side: 'old' | 'new'): unknown => {
    const identifier = textOf(fieldOf(activity, `${side}_identifier`));
    if (identifier !== undefined || !isNamed) return identifier ?? values[side];
    if (isNothing(values[side])) return null;
    return side === 'new' ? idAt(data, twin.ids, ...twin.names) : undefined;
  };
  const ids = sides(idFrom);
  const nameOf = (id: unknown): unknown => (typeof id === 'string' ? known.get(id) : id);
  return bothViews(field, twin, ids, isNamed ? values : sides((side) => nameOf(ids[side])));
}

const idList = (value: unknown): readonly string[] =>
  [...new Set([value].flat().map(idOf))].filter((id) => id !== undefined);

/** The current members by id, each once: older releases list some twice. `undefined` where the record has no such list. */
function currentIds({ names, ids }: TwinField, data: PlaneRecord): readonly string[] | undefined {
  const list = [ids, ...names].map((name) => fieldOf(data, name)).find((value) => Array.isArray(value));
  return list && idList(list);
}

/** The lists before and after one member was added or removed, from the list that the record has. */
function listsAround(twin: TwinField, activity: PlaneRecord, data: PlaneRecord): Sides {
  const current = currentIds(twin, data);
  const removed = textOf(fieldOf(activity, 'old_identifier'));
  const member = textOf(fieldOf(activity, 'new_identifier')) ?? removed;
  if (current === undefined) return {};
  if (member === undefined) return { new: current };
  const without = current.filter((id) => id !== member);
  const withMember = current.includes(member) ? current : [...current, member];
  return member === removed ? { old: withMember, new: without } : { old: without, new: withMember };
}

function listChange(field: string, twin: TwinField, activity: PlaneRecord, data: PlaneRecord): Changes {
  const values = valuesOf(activity);
  const isMember = isMemberChange(activity);
  const ids = isMember
    ? listsAround(twin, activity, data)
    : sides((side) => (values[side] === undefined ? undefined : idList(values[side])));
  const known = namesById(twin, data, recordAt(activity, 'actor'));
  if (isMember)
    for (const side of ['old', 'new'] as const) {
      const id = textOf(fieldOf(activity, `${side}_identifier`));
      if (id !== undefined) known.set(id, textOf(values[side]) ?? known.get(id));
    }
  const namesOf = (side: 'old' | 'new'): unknown => {
    const names = (ids[side] as readonly string[] | undefined)?.map((id) => known.get(id));
    return names?.includes(undefined) ? undefined : names;
  };
  return bothViews(field, twin, ids, sides(namesOf));
}

/**
 * The changes that one v1 webhook about a work item announces: by name and by id, as far as it is known. Lists are complete
 * lists of ids or names, although older releases announce each member alone.
 */
export function workItemChanges(field: string, activity: PlaneRecord, data: PlaneRecord): Changes {
  const twin = twinOf(field);
  if (twin?.isList) return listChange(field, twin, activity, data);
  if (twin) return singleChange(field, twin, activity, data);
  const values = valuesOf(activity);
  const isDescription = DESCRIPTION.some((name) => name === field);
  return isDescription ? Object.fromEntries(DESCRIPTION.map((name) => [name, values])) : { [field]: values };
}
