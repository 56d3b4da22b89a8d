import { fieldOf, idAt, idsAt, recordAt, textOf } from './payload-fields.js';
import { type FieldChange } from './field-changes.js';
import { type PlaneRecord } from './plane-event.js';

/** A field that v1 announces in two webhooks: by its display value and by id (docs/plane.md §6). */
interface FieldPair {
  readonly plain: string;
  readonly byId: string;
  /** The new value of either field, from the entity after the change. */
  readonly plainNow: (data: PlaneRecord) => unknown;
  readonly idNow: (data: PlaneRecord) => unknown;
}

const listAt =
  (field: string) =>
  (data: PlaneRecord): unknown =>
    Array.isArray(fieldOf(data, field)) ? fieldOf(data, field) : undefined;

const PAIRS: readonly FieldPair[] = [
  {
    plain: 'state',
    byId: 'state_id',
    plainNow: (data) => textOf(fieldOf(recordAt(data, 'state'), 'name')),
    idNow: (data) => idAt(data, 'state_id', 'state'),
  },
  {
    plain: 'labels',
    byId: 'label_ids',
    plainNow: listAt('labels'),
    idNow: (data) => idsAt(data, 'label_ids', 'labels'),
  },
  {
    plain: 'assignees',
    byId: 'assignee_ids',
    plainNow: listAt('assignees'),
    idNow: (data) => idsAt(data, 'assignee_ids', 'assignees'),
  },
];

/** The name of the pair that a field belongs to; `undefined` for a field that is announced once. */
export function pairOf(field: string): string | undefined {
  return PAIRS.find(({ plain, byId }) => plain === field || byId === field)?.plain;
}

/**
 * The change of the pair's other field, as far as this webhook has it. The event of the first webhook then has both
 * fields, and the second webhook is a duplicate.
 */
export function counterpartOf(
  field: string,
  activity: PlaneRecord,
  data: PlaneRecord,
): readonly [field: string, change: FieldChange] | undefined {
  const pair = PAIRS.find(({ plain, byId }) => plain === field || byId === field);
  if (!pair) return undefined;
  if (field === pair.byId) return known(pair.plain, undefined, pair.plainNow(data));
  const [old, now] = ['old_identifier', 'new_identifier'].map((side) => textOf(fieldOf(activity, side)));
  return known(pair.byId, old, now ?? pair.idNow(data));
}

function known(field: string, old: unknown, now: unknown): readonly [field: string, change: FieldChange] | undefined {
  if (old === undefined && now === undefined) return undefined;
  return [field, { ...(old !== undefined && { old }), ...(now !== undefined && { new: now }) }];
}
