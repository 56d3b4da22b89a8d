import { createHash } from 'node:crypto';

/**
 * A UUID that is the same for the same name in every run: what a restart of the simulator must not change
 * (an installation's id, for one) is named, not drawn.
 */
export function fixedId(name: string): string {
  const hex = createHash('sha256').update(`plane-simulator:${name}`).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
