/** Whether a text begins with a day that exists, as `2026-02-28`; `Date` reads the 30th of February as a day in March. */
export function startsWithCalendarDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const TIME = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/;

/**
 * Parses a time that comes from outside: a day, or a day and a time in ISO 8601, which is UTC where it has no offset;
 * `undefined` for everything else, such as a day that does not exist.
 */
export function timeOf(text: string): Date | undefined {
  const [matched, offset] = TIME.exec(text) ?? [];
  if (matched === undefined || !startsWithCalendarDay(text)) return undefined;
  const time = new Date(offset === undefined && text.length > 10 ? `${text}Z` : text);
  return Number.isNaN(time.getTime()) ? undefined : time;
}
