import { type HangarConfig } from '../../config/hangar-config.js';

/**
 * Starts tracing if it is configured; the SDK is loaded only then.
 *
 * @returns flushes the remaining spans, within a few seconds or the given time, and stops. Never rejects
 */
export async function startTracing(config: HangarConfig): Promise<(withinMs?: number) => Promise<void>> {
  if (!config.tracesOn) return async () => undefined;
  const { startSdk } = await import('./tracing-sdk.js');
  return startSdk(config);
}
