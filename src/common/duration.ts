/** A duration: seconds, or a text such as `90s`, `15m`, `2h`, `3d`, `1w`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd' | 'w'}`;

const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const TEXT = /^(?:\d{1,15}(?:\.\d{1,9})?\s*(?:ms|[smhdw])\s*)+$/i;
const PART = /(?<amount>\d+(?:\.\d+)?)\s*(?<unit>ms|[smhdw])/gi;

/**
 * The milliseconds of a duration, which is a number of seconds or a text with one unit or several: `500ms`, `90s`, `1h30m`.
 *
 * @returns `undefined` where it is none, or negative
 */
export function millisecondsOf(duration: unknown): number | undefined {
  if (typeof duration === 'number') return duration >= 0 && Number.isFinite(duration) ? duration * 1000 : undefined;
  if (typeof duration !== 'string' || !TEXT.test(duration.trim())) return undefined;
  const parts = [...duration.matchAll(PART)].map(({ groups }) => {
    const { amount, unit = '' } = groups ?? {};
    return Number(amount) * (UNIT_MS[unit.toLowerCase()] ?? 0);
  });
  return parts.reduce((sum, ms) => sum + ms, 0);
}

/** The seconds of a duration; `undefined` where it is none, or negative. */
export function secondsOf(duration: unknown): number | undefined {
  const ms = millisecondsOf(duration);
  return ms === undefined ? undefined : ms / 1000;
}
