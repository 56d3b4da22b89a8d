/** The local time of day, `14:03:59`. */
export function clockText(epochMs: number): string {
  return new Date(epochMs).toTimeString().slice(0, 8);
}

/** The approximate time until then as a text: `in 9 min`. */
export function untilText(epochMs: number, now: number): string {
  const seconds = Math.max(0, Math.round((epochMs - now) / 1000));
  return seconds < 100 ? `in ${seconds} s` : `in ${Math.round(seconds / 60)} min`;
}
