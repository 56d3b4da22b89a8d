/** The parts of Hangar that a process can run. */
export const ROLES = ['receiver', 'worker', 'scheduler', 'console'] as const;

/** One part of Hangar that a process can run. */
export type Role = (typeof ROLES)[number];
