/** A duration: seconds, or a text such as `90s`, `15m`, `2h`, `3d`, `1w`. */
export type Duration = number | `${number}${'s' | 'm' | 'h' | 'd' | 'w'}`;

const UNIT_SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const TEXT = /^(?<amount>\d+(?:\.\d+)?)\s*(?<unit>[smhdw])$/;

/** The seconds of a duration; `undefined` where it is none, or negative. */
export function secondsOf(duration: unknown): number | undefined {
  if (typeof duration === 'number') return duration >= 0 && Number.isFinite(duration) ? duration : undefined;
  if (typeof duration !== 'string') return undefined;
  const { amount, unit = '' } = TEXT.exec(duration.trim())?.groups ?? {};
  return amount === undefined ? undefined : Number(amount) * (UNIT_SECONDS[unit] ?? 0);
}
