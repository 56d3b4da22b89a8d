/** A query of an address as Fastify parses it: a name given twice is a list. */
export type RawQuery = Readonly<Record<string, unknown>>;

const MAX_LENGTH = 500;

/** The text of a parameter; `undefined` where it is empty, given twice, far too long, or has a NUL, which no row can hold. */
export function textIn(query: RawQuery | undefined, name: string): string | undefined {
  const value = query?.[name];
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  return text === '' || text.length > MAX_LENGTH || text.includes('\0') ? undefined : text;
}

/** Each text of a parameter that may be given more than once, as boxes of a form are. */
export function textsIn(query: RawQuery | undefined, name: string): string[] {
  const value = query?.[name];
  const values: unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((each): each is string => typeof each === 'string' && each !== '');
}

/** A time in UTC, as `datetime-local` fields send it; `undefined` for what is none. */
export function timeIn(query: RawQuery | undefined, name: string): Date | undefined {
  const text = textIn(query, name);
  if (text === undefined) return undefined;
  const at = new Date(/(?:Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** The parameters that were given, to be put into links. */
export function givenOf(query: RawQuery | undefined, names: readonly string[]): URLSearchParams {
  const given = names.map((name) => [name, textIn(query, name)] as const);
  return new URLSearchParams(given.filter((pair): pair is [string, string] => pair[1] !== undefined));
}
