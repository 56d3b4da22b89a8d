/** Milliseconds of a clock that all processes of the machine share and that never goes back. */
export function monotonicMs(): number;
