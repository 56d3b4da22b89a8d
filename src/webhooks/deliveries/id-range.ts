const ZERO_REST = '-0000-0000-000000000000';
/** The lowest and the highest id. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';
export const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const LAST_MS = 2 ** 48 - 1;
/** The end of the year 9999: PostgreSQL does not read later ones in the form that the driver sends. */
const LAST_SENT_MS = Date.UTC(9999, 11, 31);

/** Ids of deliveries from `from` on and before `to`. */
export interface IdRange {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The lowest id that a delivery of this time can have: ids are UUIDs of version 7 (RFC 9562, section 5.7). */
export function firstIdAt(moment: Date): string {
  const ms = Math.min(LAST_MS, Math.max(0, moment.getTime()));
  const hex = ms.toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}${ZERO_REST}`;
}

/** When the delivery with this id arrived; at most in the year 9999, as a cursor may be made up. */
export function timeOfId(id: string): Date {
  return new Date(Math.min(LAST_SENT_MS, Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)));
}

/** The next id. */
export function idAfter(id: string): string {
  const hex = (BigInt(`0x${id.replaceAll('-', '')}`) + 1n).toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

/** The intersection of two ranges. */
export function overlap(one: IdRange, other: IdRange): IdRange {
  return { from: laterOf(one.from, other.from), to: earlierOf(one.to, other.to) };
}

function laterOf(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || (other !== undefined && other > one) ? other : one;
}

function earlierOf(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || (other !== undefined && other < one) ? other : one;
}
