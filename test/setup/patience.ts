import { createHash } from 'node:crypto';

const ROUNDS = 5;
const BLOCK = Buffer.alloc(1 << 20);
const BLOCKS = 16;
/** What a round takes on a machine of today with nothing else to do. */
const REFERENCE_MS = 12;
const MAX_FACTOR = 20;

/**
 * Measures how much slower than the reference this machine is now, at least 1, and tells every process of the run by
 * `HANGAR_TEST_PATIENCE`: the ceiling on waiting is multiplied by it. A value that is set already stays.
 */
export function measurePatience(): void {
  const factor = Math.min(MAX_FACTOR, Math.max(1, slowestRoundMs() / REFERENCE_MS));
  process.env['HANGAR_TEST_PATIENCE'] ??= factor.toFixed(1);
}

function slowestRoundMs(): number {
  return Math.max(...Array.from({ length: ROUNDS }, roundMs));
}

function roundMs(): number {
  const began = performance.now();
  const hash = createHash('sha256');
  for (let block = 0; block < BLOCKS; block += 1) hash.update(BLOCK);
  hash.digest();
  return performance.now() - began;
}
