import { malformed, MalformedPayloadError } from './malformed-payload.error.js';

/** Whether a value is a JSON object: neither null nor an array. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A field that is an own property: inherited ones such as `constructor` do not count. */
export function fieldOf(record: Readonly<Record<string, unknown>>, field: string): unknown {
  return Object.hasOwn(record, field) ? record[field] : undefined;
}

/** A field that is an object; an empty one where it is anything else. */
export function recordAt(record: Readonly<Record<string, unknown>>, field: string): Record<string, unknown> {
  const value = fieldOf(record, field);
  return isRecord(value) ? value : {};
}

/** A text that is not empty, or `undefined`. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** PostgreSQL has no times as far away as a text can name. */
const END_OF_TIMES = Date.UTC(10_000, 0);

/** A time between 1970 and 9999, ms since 1970, or `undefined`. */
export function timeOf(value: unknown): number | undefined {
  const time = Date.parse(textOf(value) ?? '');
  return time >= 0 && time < END_OF_TIMES ? time : undefined;
}

/** A number, or `undefined`. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** One of the known values; `undefined` for one that this release does not know. */
export function oneOf<T extends string>(values: readonly T[], value: unknown): T | undefined {
  return values.find((known) => known === value);
}

/** An id, given directly or in an object: `"775c…"`, `7`, `{"id": "775c…", "name": "Todo"}`. */
export function idOf(value: unknown): string | undefined {
  if (isRecord(value)) return idOf(fieldOf(value, 'id'));
  return typeof value === 'number' ? String(value) : textOf(value);
}

/** The id in the first of these fields that has one. */
export function idAt(record: Readonly<Record<string, unknown>>, ...fields: readonly string[]): string | undefined {
  for (const field of fields) {
    const id = idOf(fieldOf(record, field));
    if (id !== undefined) return id;
  }
  return undefined;
}

/** The ids in the first of these fields that is a list, of ids or of objects with an id; each once. */
export function idsAt(
  record: Readonly<Record<string, unknown>>,
  ...fields: readonly string[]
): readonly string[] | undefined {
  const list = fields.map((field) => fieldOf(record, field)).find((value) => Array.isArray(value));
  return list && [...new Set(list.map(idOf))].filter((id) => id !== undefined);
}

/** A required text. @throws {MalformedPayloadError} where it is missing or empty */
export function requiredText(record: Readonly<Record<string, unknown>>, field: string): string {
  const text = textOf(fieldOf(record, field));
  if (text === undefined) throw new MalformedPayloadError(malformed.wrongField(field, 'a text that is not empty'));
  return text;
}

/** A required object. @throws {MalformedPayloadError} where it is missing or not an object */
export function requiredRecord(record: Readonly<Record<string, unknown>>, field: string): Record<string, unknown> {
  const value = fieldOf(record, field);
  if (!isRecord(value)) throw new MalformedPayloadError(malformed.wrongField(field, 'an object'));
  return value;
}

/** The same object without the keys whose value is `undefined`. */
export function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
