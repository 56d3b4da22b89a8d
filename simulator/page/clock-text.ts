/** The time of day on this machine, `14:03:59`. */
export function clockText(epochMs: number): string {
  return new Date(epochMs).toTimeString().slice(0, 8);
}

/** How long until then, roughly and in words: `in 9 min`. */
export function untilText(epochMs: number, now: number): string {
  const seconds = Math.max(0, Math.round((epochMs - now) / 1000));
  return seconds < 100 ? `in ${seconds} s` : `in ${Math.round(seconds / 60)} min`;
}
