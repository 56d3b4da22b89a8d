const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Seconds in words, in its two largest units: `2 h 5 min`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return together(whole, MINUTE, 'min', 1, 's', 10 * MINUTE);
  if (whole < DAY) return together(whole, HOUR, 'h', MINUTE, 'min', DAY);
  return together(whole, DAY, 'd', HOUR, 'h', 10 * DAY);
}

/** How long ago that was: `3 min ago`, or for what is to come `in 3 min`. */
export function ageText(at: Date, now: Date): string {
  const seconds = (now.getTime() - at.getTime()) / 1000;
  if (Math.abs(seconds) < 1) return 'just now';
  return seconds < 0 ? `in ${durationText(-seconds)}` : `${durationText(seconds)} ago`;
}

/** Milliseconds as a person reads them: `12 ms`, `3.4 s`. */
export function millisecondsText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 10 * 1000 ? `${(ms / 1000).toFixed(1)} s` : durationText(ms / 1000);
}

/** From `coarse` seconds on the smaller unit is left out. */
function together(
  whole: number,
  unit: number,
  name: string,
  smaller: number,
  less: string,
  coarse: number,
): string {
  const rest = Math.floor((whole % unit) / smaller);
  const large = `${Math.floor(whole / unit)} ${name}`;
  return rest === 0 || whole >= coarse ? large : `${large} ${rest} ${less}`;
}
