import { setTimeout as wait } from 'node:timers/promises';

/** Waits for a time, or until the signal is aborted. Never rejects. */
export async function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, signal ? { signal } : {});
  } catch {
    // Aborted: the caller checks the signal.
  }
}
