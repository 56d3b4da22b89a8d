import { setTimeout as wait } from 'node:timers/promises';

const STEP_MS = 10;

/** Waits for a condition: resolves with the first value that is neither `undefined` nor `false`. */
export async function until<T>(
  what: string,
  look: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 10_000,
): Promise<T> {
  const giveUpAt = Date.now() + timeoutMs;
  while (Date.now() < giveUpAt) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await wait(STEP_MS);
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
}
