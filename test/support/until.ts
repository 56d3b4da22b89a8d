import { setTimeout as wait } from 'node:timers/promises';

/** What is waited for takes seconds at most, on a machine that the factor of patience says nothing of. */
const CEILING_MS = 60_000;
const FIRST_STEP_MS = 5;
const MAX_STEP_MS = 100;

/**
 * Waits for a condition: resolves with the first value that is neither `undefined` nor `false`.
 *
 * @throws {Error} that names `what`, when the one ceiling on waiting is reached ({@link ceilingMs})
 */
export async function until<T>(
  what: string,
  poll: () => Promise<T | undefined | false> | T | undefined | false,
): Promise<T> {
  const giveUpAt = performance.now() + ceilingMs();
  for (let step = FIRST_STEP_MS; performance.now() < giveUpAt; step = Math.min(2 * step, MAX_STEP_MS)) {
    const found = await poll();
    if (found !== undefined && found !== false) return found;
    await wait(step);
  }
  throw new Error(`waited ${Math.round(ceilingMs() / 1000)} s in vain for ${what}`);
}

/** How long a test waits for any one condition before it fails, in ms: the only such limit. See `test/setup/patience.ts`. */
export function ceilingMs(): number {
  return CEILING_MS * Number(process.env['HANGAR_TEST_PATIENCE'] ?? 1);
}
