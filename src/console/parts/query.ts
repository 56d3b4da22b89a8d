import { timeOf } from '../../common/calendar-day.js';
import { unknownName, type UnknownName } from '../../operations/delivery-search.service.js';

/** A query or form as Fastify parses it: a name that is given twice has a list. */
export type RawQuery = Readonly<Record<string, unknown>>;

const MAX_LENGTH = 500;

/** The text of a parameter; `undefined` where it is empty, repeated, too long, or has a NUL, which PostgreSQL cannot store. */
export function textIn(query: RawQuery | undefined, name: string): string | undefined {
  const value = query?.[name];
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text.length > MAX_LENGTH || text.includes('\0') ? undefined : text;
}

/** All texts of a parameter that may be repeated, such as checkboxes. */
export function textsIn(query: RawQuery | undefined, name: string): string[] {
  const value = query?.[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((each): each is string => typeof each === 'string' && each !== '');
}

/** A parameter with a fixed set of values; any other value is reported as an unknown name. */
export function choiceIn<T extends string>(
  query: RawQuery | undefined,
  name: string,
  choices: readonly T[],
): { readonly value: T | undefined; readonly unknown: UnknownName[] } {
  const text = textIn(query, name);
  const value = choices.find((choice) => choice === text);
  const isUnknown = text !== undefined && value === undefined;
  return { value, unknown: isUnknown ? [unknownName(name, text, choices)] : [] };
}

/** A time in UTC, as `datetime-local` inputs send it; `undefined` where it is invalid. */
export function timeIn(query: RawQuery | undefined, name: string): Date | undefined {
  const text = textIn(query, name);
  return text === undefined ? undefined : timeOf(text);
}

/** The parameters of the query, for links to the same list. */
export function givenOf(query: RawQuery | undefined, names: readonly string[]): URLSearchParams {
  const given = names.map((name) => [name, textIn(query, name)] as const);
  return new URLSearchParams(given.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
