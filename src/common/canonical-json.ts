/**
 * A value as JSON in the one form of RFC 8785 (JSON Canonicalization Scheme): no white space, members in the order of
 * their names' UTF-16 units, numbers and strings as ECMAScript writes them. Members that are `undefined` are left out.
 *
 * @param value what `JSON.parse` could have made
 */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, each]) => `${JSON.stringify(name)}:${canonicalJson(each)}`);
  return `{${members.join(',')}}`;
}
