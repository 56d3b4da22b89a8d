import { type FieldChange } from './field-changes.js';
import { fieldOf, recordAt, textOf } from './payload-fields.js';
import { type PlaneEvent } from './plane-event.js';
import { hasNames, type TwinField, twinOf } from './work-item-changes.js';

/** The twin that the webhook's activity is about, where older releases announce it by name and by id in two webhooks. */
function announcedTwin({ source, name, raw }: PlaneEvent): { twin?: TwinField | undefined; field: string } {
  const field = textOf(fieldOf(recordAt(raw, 'activity'), 'field')) ?? '';
  const twin = source === 'v1' && name === 'workitem.updated' ? twinOf(field) : undefined;
  return { field, twin: twin?.isOnce ? undefined : twin };
}

/** Whether the webhook has the names of a field whose ids another webhook of its Plane has (v0.20 to v0.26.0). */
export function hasTwinNames(event: PlaneEvent): boolean {
  const { twin, field } = announcedTwin(event);
  return twin !== undefined && twin.ids !== field && hasNames(recordAt(event.raw, 'activity'));
}

/**
 * Whether the webhook names a field by ids of which its payload does not have all names, so that another webhook may have them.
 * Releases from v1.3 on, which send one webhook a change, are known by a field that older ones do not have.
 */
export function lacksTwinNames(event: PlaneEvent): boolean {
  const { twin, field } = announcedTwin(event);
  if (twin?.ids !== field || event.changes[field] === undefined || Object.hasOwn(event.data, 'description_json'))
    return false;
  return !twin.names.some((name) => {
    const change = event.changes[name] ?? {};
    return 'old' in change && 'new' in change;
  });
}

/**
 * The same of a field of one value, whose names arrive with one webhook. The names of a list arrive with one for each member,
 * and the record usually has them.
 */
export function lacksTwinName(event: PlaneEvent): boolean {
  return lacksTwinNames(event) && !announcedTwin(event).twin?.isList;
}

/** Each name with its id, as far as the changes of the events have both. */
function namesIn(events: readonly PlaneEvent[], { names, ids }: TwinField): Map<unknown, unknown> {
  const pairs = events.flatMap(({ changes }) =>
    names.flatMap((name) =>
      (['old', 'new'] as const).flatMap((side) => {
        const [known, named] = [[changes[ids]?.[side]].flat(), [changes[name]?.[side]].flat()];
        return known.length === named.length ? known.map((id, index) => [id, named[index]] as const) : [];
      }),
    ),
  );
  return new Map(pairs.filter(([id, name]) => typeof id === 'string' && typeof name === 'string'));
}

/** The event with the names of its changed field, as far as other webhooks about that field have them. */
export function withTwinNames<E extends PlaneEvent>(event: E, others: readonly PlaneEvent[]): E {
  const { twin, field } = announcedTwin(event);
  const named = others.filter((other) => hasTwinNames(other));
  const name = twin?.names.find((each) => named.some(({ changes }) => each in changes));
  if (!twin || name === undefined) return event;
  const known = namesIn(named, twin);
  const nameOf = (id: unknown): unknown => (typeof id === 'string' ? known.get(id) : id);
  const namesOf = (ids: unknown): unknown => {
    const names = Array.isArray(ids) ? ids.map(nameOf) : nameOf(ids);
    return Array.isArray(names) && names.includes(undefined) ? undefined : names;
  };
  const sides = (['old', 'new'] as const).map((side) => [side, namesOf(event.changes[field]?.[side])] as const);
  const found: FieldChange = Object.fromEntries(sides.filter(([, side]) => side !== undefined));
  return { ...event, changes: { ...event.changes, [name]: { ...found, ...event.changes[name] } } };
}
