import { isRecord } from './payload-fields.js';

/**
 * Fields with text that people type, where "None" may be meant literally: they stay as they are, at any depth below them
 * too. So do fields that start with `description`.
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

const isTypedByPeople = (field: string): boolean => TYPED_BY_PEOPLE.has(field) || field.startsWith('description');

/**
 * A copy of a v2 value with every `"None"` replaced by null, at any depth, except in what people type. Source: samples
 * in Plane's webhook documentation, which write null as `"None"`.
 */
export function withoutNoneText(value: unknown): unknown {
  if (value === 'None') return null;
  if (Array.isArray(value)) return value.map(withoutNoneText);
  return isRecord(value) ? recordWithoutNoneText(value) : value;
}

/** {@link withoutNoneText} for an object. */
export function recordWithoutNoneText(record: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([field, value]) => [field, isTypedByPeople(field) ? value : withoutNoneText(value)]),
  );
}
