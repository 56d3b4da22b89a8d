const DIGITS = 3;

/** A number as people read it: about three digits of it; a dash where there is none. */
export function numberText(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return '∞';
  const digits = Math.max(0, Math.min(2, DIGITS - Math.abs(Math.round(value)).toString().length));
  return value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
