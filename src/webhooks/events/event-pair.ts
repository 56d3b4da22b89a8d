import { fieldOf, idAt, idsAt, recordAt, textOf } from './payload-fields.js';
import { type FieldChange, type PlaneRecord } from './plane-event.js';

/** A field that v1 announces twice, in two webhooks: by what a person reads and by id (contract §6). */
interface FieldPair {
  readonly plain: string;
  readonly byId: string;
  /** What the entity, as it is after the change, says of either. */
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

/** The name that both fields of a pair share; `undefined` for a field that is announced once. */
export function pairOf(field: string): string | undefined {
  return PAIRS.find(({ plain, byId }) => plain === field || byId === field)?.plain;
}

/**
 * The other field of the pair, as far as the webhook for this one tells: so that whichever comes first tells of both,
 * and the other one is the same change once more.
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

function known(
  field: string,
  old: unknown,
  now: unknown,
): readonly [field: string, change: FieldChange] | undefined {
  if (old === undefined && now === undefined) return undefined;
  return [field, { ...(old !== undefined && { old }), ...(now !== undefined && { new: now }) }];
}
