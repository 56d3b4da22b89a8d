/**
 * How much of a token's calls to Plane a call leaves to others: `interactive` may use the last one, `handler` leaves a
 * tenth, `background` half.
 */
export const CALL_PRIORITIES = ['interactive', 'handler', 'background'] as const;

/** See {@link CALL_PRIORITIES}. */
export type CallPriority = (typeof CALL_PRIORITIES)[number];
