/**
 * How long a renewal may take before another may begin: longer than a call to Plane (10 s) with its answer
 * stored after some tries at a database that is away.
 */
export const LEASE_SECONDS = 30;
