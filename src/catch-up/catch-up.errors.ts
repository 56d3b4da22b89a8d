import { codedError } from '../common/coded-error.js';

/** The installation has a catch-up that has not ended. */
export const catchUpRunning = codedError(
  'catch_up_running',
  409,
  'A catch-up is running',
  'The installation has a catch-up that has not ended. Wait for it: its state shows how far it is.',
);

/** The webhooks of that time are deleted. */
export const catchUpTooEarly = codedError(
  'catch_up_too_early',
  400,
  'The time is too long ago',
  (days: number) =>
    `A catch-up can begin at most ${days} days ago (DELIVERY_RETENTION_DAYS): older webhooks are deleted, so what they announced would be announced again.`,
);

/** The text is no duration. */
export const catchUpSinceInvalid = codedError(
  'catch_up_since_invalid',
  400,
  'The duration cannot be read',
  (text: string) => `"${text}" is no duration such as 90s, 15m, 2h, 3d or 1w.`,
);
