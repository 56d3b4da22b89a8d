import { type Settings } from '../settings.js';
import { type Notice } from './notice.types.js';
import { type PostOutcome } from './webhook-post.js';

/** What Plane does next after an attempt. */
export type Verdict = 'delivered' | 'refused' | 'retry';

/**
 * Plane's rule: a 2xx is done, and no other answer is sent again but a 5xx; the open-source edition does not even
 * send a 5xx again. Without an answer (refused connection, time-out) both do.
 */
export function judge(shape: Notice['shape'], outcome: PostOutcome): Verdict {
  const { status } = outcome;
  if (status === null) return 'retry';
  if (status >= 200 && status < 300) return 'delivered';
  return status >= 500 && shape !== 'ce' ? 'retry' : 'refused';
}

/** How long Plane waits before it sends again, milliseconds: about ten minutes, a fifth more or less. */
export function retryDelayMs(settings: Settings, random: () => number): number {
  return (settings.retryBaseMs / settings.timeScale) * (0.8 + 0.4 * random());
}
