/** Whether a text begins with a day that exists, as `2026-02-28`; `Date` reads the 30th of February as a day in March. */
export function startsWithCalendarDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  return year > 0 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
