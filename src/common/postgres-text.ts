/**
 * A text as PostgreSQL can store it: no NUL, no lone surrogates, at most so many UTF-16 code units.
 *
 * @param maxLength default: no limit
 */
export function postgresText(text: string, maxLength = Number.POSITIVE_INFINITY): string {
  return text.replaceAll('\0', '').slice(0, maxLength).toWellFormed();
}
