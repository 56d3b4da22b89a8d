import { type Settings } from '../settings.js';
import { type Notice } from './notice.types.js';
import { type PostOutcome } from './webhook-post.js';

/** What Plane does after an attempt. */
export type Verdict = 'delivered' | 'refused' | 'retry';

/**
 * Plane's rule: a 2xx is delivered; of other responses only a 5xx is retried, and not by the community edition. Without a
 * response (connection refused, timeout) both retry.
 *
 * @param community the community edition runs: every response counts as delivered
 */
export function judge(shape: Notice['shape'], outcome: PostOutcome, community = false): Verdict {
  const { status } = outcome;
  if (status === null) return 'retry';
  if (community) return 'delivered';
  if (status >= 200 && status < 300) return 'delivered';
  return status >= 500 && shape !== 'ce' ? 'retry' : 'refused';
}

/**
 * Delay before the next attempt, milliseconds: about ten minutes, plus or minus a fifth; of the community edition from 0 to
 * ten minutes at random.
 */
export function retryDelayMs(settings: Settings, random: () => number, community = false): number {
  return (settings.retryBaseMs / settings.timeScale) * (community ? random() : 0.8 + 0.4 * random());
}
