import { type FieldChange, type NoticeContext } from '../sending/notice.types.js';
import { type PythonValue } from '../sending/python-json.js';
import { OPTIONAL_FIELDS, type OptionalField } from '../world/world.types.js';

/** What a webhook says has changed; absent keys are null. */
export interface Activity {
  readonly field: string;
  readonly old_value?: PythonValue;
  readonly new_value?: PythonValue;
  readonly old_identifier?: PythonValue;
  readonly new_identifier?: PythonValue;
}

type Field = FieldChange['field'];
type NameOf = (id: PythonValue) => PythonValue;

const isId = (value: PythonValue): value is string => typeof value === 'string';
const idsIn = (value: PythonValue): string[] => (Array.isArray(value) ? value.filter(isId) : []);

/** The field by Plane's name for people: `state`, `assignees`, `target_date`. */
function plainName(field: Field): string {
  if (field === 'stateId') return 'state';
  if (field === 'assigneeIds') return 'assignees';
  if (field === 'labelIds') return 'labels';
  if (field === 'estimatePoint') return 'estimate_points';
  if (field === 'descriptionHtml') return 'description';
  return field in OPTIONAL_FIELDS ? OPTIONAL_FIELDS[field as OptionalField] : field;
}

/** The field by the name of its column in Plane's web app: `state_id`, `assignee_ids`, `target_date`. */
function columnName(field: Field): string {
  if (field === 'stateId') return 'state_id';
  if (field === 'assigneeIds') return 'assignee_ids';
  if (field === 'labelIds') return 'label_ids';
  if (field === 'descriptionHtml') return 'description_html';
  if (field === 'parentId' || field === 'typeId') return `${OPTIONAL_FIELDS[field]}_id`;
  return field in OPTIONAL_FIELDS ? OPTIONAL_FIELDS[field as OptionalField] : field;
}

function nameOf(context: NoticeContext, field: Field): NameOf | undefined {
  const { project, userById, keyOf } = context;
  if (field === 'stateId') return (id) => project.states.find((state) => state.id === id)?.name ?? null;
  if (field === 'assigneeIds') return (id) => (isId(id) ? userById(id).displayName : null);
  if (field === 'labelIds') return (id) => project.labels.find((label) => label.id === id)?.name ?? null;
  if (field === 'parentId') return (id) => (isId(id) ? keyOf(id) : null);
  return field === 'estimatePoint' ? (id) => id : undefined;
}

/** By name, as people read it: of a list one for each member that was added or removed. */
export function namedActivities(context: NoticeContext, { field, before, after }: FieldChange): Activity[] {
  const name = nameOf(context, field);
  const plain = plainName(field);
  if (!name) return [{ field: plain, old_value: before, new_value: after }];
  const named = (old: PythonValue, now: PythonValue): Activity => ({
    field: plain,
    old_value: name(old),
    new_value: name(now),
    old_identifier: old,
    new_identifier: now,
  });
  if (field !== 'assigneeIds' && field !== 'labelIds') return [named(before, after)];
  const [old, now] = [idsIn(before), idsIn(after)];
  const added = now.filter((id) => !old.includes(id)).map((id) => named(null, id));
  return [...added, ...old.filter((id) => !now.includes(id)).map((id) => named(id, null))];
}

/** By id, as the web app sends the change. */
export function columnActivity({ field, before, after }: FieldChange): Activity {
  return { field: columnName(field), old_value: before, new_value: after };
}

/** By id under the name that the API has for the field: `state`, `assignees`. */
export function apiActivity({ field, before, after }: FieldChange): Activity {
  const name = { estimatePoint: 'estimate_point', descriptionHtml: 'description_html' }[field as string];
  return { field: name ?? plainName(field), old_value: before, new_value: after };
}

/** Fields whose change by API v0.20 to v0.26.0 do not announce: their activities look for the web app's names. */
export const UNSEEN_BY_API: ReadonlySet<Field> = new Set(['stateId', 'assigneeIds', 'labelIds', 'parentId', 'typeId']);
