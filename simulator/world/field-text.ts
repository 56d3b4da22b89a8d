/** A field as a text: `''` for null and for an absent one, JSON for what is no text. */
export function fieldText(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
