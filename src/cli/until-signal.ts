import { DUPLICATE_SIGNAL_MS } from '../config/drain.js';

/**
 * Resolves at the first SIGTERM or SIGINT, so that the caller can close what it has open. A repetition at once is ignored;
 * a signal later than that exits with 1.
 */
export async function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const onSignal = (): void => {
      first ??= Date.now();
      if (Date.now() - first > DUPLICATE_SIGNAL_MS) process.exit(1);
      resolve();
    };
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  });
}
