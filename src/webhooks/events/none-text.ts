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
 * A v2 value with every `"None"` replaced by null, at any depth, except in what people type: only what contains one is
 * copied. Source: samples in Plane's webhook documentation, which write null as `"None"`.
 */
export function withoutNoneText(value: unknown): unknown {
  if (value === 'None') return null;
  if (Array.isArray(value)) return arrayWithoutNoneText(value);
  return isRecord(value) ? recordWithoutNoneText(value) : value;
}

function arrayWithoutNoneText(values: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < values.length; index++) {
    const replaced = withoutNoneText(values[index]);
    if (replaced !== values[index]) (copy ??= [...values])[index] = replaced;
  }
  return copy ?? values;
}

/** {@link withoutNoneText} for an object. */
export function recordWithoutNoneText(record: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  let replaced: Map<string, unknown> | undefined;
  for (const field of Object.keys(record)) {
    if (isTypedByPeople(field)) continue;
    const value = withoutNoneText(record[field]);
    if (value !== record[field]) replaced = (replaced ?? new Map()).set(field, value);
  }
  return replaced ? Object.fromEntries([...Object.entries(record), ...replaced]) : record;
}
