const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `1 event`, `3 events`, `1,200 events`. */
export function countText(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

/** Seconds as text, in the two largest units: `2 h 5 min`. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < HOUR) return inUnits(whole, [MINUTE, 'min'], [1, 's'], 10 * MINUTE);
  if (whole < DAY) return inUnits(whole, [HOUR, 'h'], [MINUTE, 'min'], DAY);
  return inUnits(whole, [DAY, 'd'], [HOUR, 'h'], 10 * DAY);
}

/** How long ago a time was, or how far ahead it is: `3 min ago`, `in 3 min`. */
export function ageText(at: Date, now: Date): string {
  const seconds = (now.getTime() - at.getTime()) / 1000;
  if (Math.abs(seconds) < 1) return 'just now';
  return seconds < 0 ? `in ${durationText(-seconds)}` : `${durationText(seconds)} ago`;
}

/** Milliseconds as text: `12 ms`, `3.4 s`. */
export function millisecondsText(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 10 * 1000 ? `${(ms / 1000).toFixed(1)} s` : durationText(ms / 1000);
}

type Unit = readonly [seconds: number, name: string];

/** @param largeOnlyFrom seconds from which the smaller unit is left out */
function inUnits(whole: number, [large, name]: Unit, [small, smallName]: Unit, largeOnlyFrom: number): string {
  const rest = Math.floor((whole % large) / small);
  const text = `${Math.floor(whole / large)} ${name}`;
  return rest === 0 || whole >= largeOnlyFrom ? text : `${text} ${rest} ${smallName}`;
}
