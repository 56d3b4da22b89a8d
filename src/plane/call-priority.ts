/**
 * How a call to Plane stands back when the calls of its token run short: `interactive` may take the last one,
 * `handler` leaves a tenth of them, `background` leaves half.
 */
export const CALL_PRIORITIES = ['interactive', 'handler', 'background'] as const;

/** See {@link CALL_PRIORITIES}. */
export type CallPriority = (typeof CALL_PRIORITIES)[number];
