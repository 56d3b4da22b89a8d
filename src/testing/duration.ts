const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** Milliseconds of a duration: `90s`, `15m`, `2h`, `3d`, `1w`, or seconds. @throws {TypeError} for anything else */
export function durationMs(duration: string | number): number {
  if (typeof duration === 'number' && duration >= 0) return duration * 1000;
  const [, count, unit = ''] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)$/.exec(String(duration)) ?? [];
  if (count === undefined) throw new TypeError(`"${duration}" is no duration: write 90s, 15m, 2h, 3d, or seconds`);
  return Number(count) * (UNITS[unit] ?? 1);
}
