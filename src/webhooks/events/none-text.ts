import { isRecord } from './payload-fields.js';

/**
 * Fields that people type, or whose content they type: "None" may be what they mean, so these stay as they are, at
 * any depth below them too. Fields that begin with `description` belong here as well.
 */
const TYPED_BY_PEOPLE: ReadonlySet<string> = new Set([
  'name',
  'title',
  'text',
  'body',
  'content',
  'comment_stripped',
  'comment_html',
  'comment_json',
  'display_name',
  'first_name',
  'last_name',
]);

const isTypedByPeople = (field: string): boolean =>
  TYPED_BY_PEOPLE.has(field) || field.startsWith('description');

/**
 * A copy of a v2 value with every text `"None"` made null, at any depth, except in what people type. Source:
 * samples in Plane's webhook documentation, where null is written so.
 */
export function withoutNoneText(value: unknown): unknown {
  if (value === 'None') return null;
  if (Array.isArray(value)) return value.map(withoutNoneText);
  return isRecord(value) ? recordWithoutNoneText(value) : value;
}

/** {@link withoutNoneText} for an object. */
export function recordWithoutNoneText(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([field, value]) => [
      field,
      isTypedByPeople(field) ? value : withoutNoneText(value),
    ]),
  );
}
