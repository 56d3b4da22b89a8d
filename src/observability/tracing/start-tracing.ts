import { type HangarConfig } from '../../config/hangar-config.js';

/**
 * Begins to make spans and to send them, where the configuration asks for it; the SDK is loaded only then.
 *
 * @returns sends what is left, within some seconds or the given time, and stops. Never rejects
 */
export async function startTracing(config: HangarConfig): Promise<(withinMs?: number) => Promise<void>> {
  if (!config.tracesOn) return async () => undefined;
  const { startSdk } = await import('./tracing-sdk.js');
  return startSdk(config);
}
