import { type HandlerPause } from '../../webhooks/pauses/handler-pauses.service.js';
import { type HandlerStatsService } from '../../webhooks/pauses/handler-stats.service.js';
import { span } from '../output.js';
import { fail, pass, type Finding } from './finding.js';

const SECONDS_PER_DAY = 86_400;
/** The part of the retention that a pause may last before it is a fault. */
const LONG = 0.5;

/**
 * Whether every job has a handler in this release, how many events failed for the last time, and what is paused. That is
 * a fault once the events that wait may be deleted soon.
 */
export async function checkHandlers(levels: HandlerStatsService, retentionDays: number): Promise<Finding> {
  const check = 'handlers';
  const all = await levels.all();
  const letters = all.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const orphaned = all.filter(({ pattern }) => pattern === undefined).map(({ handler }) => handler);
  const pauses = all.flatMap(({ pause }) => pause ?? []);
  const paused = pauses.length > 0 ? `; paused: ${pauses.map(pauseText).join(', ')}` : '';
  const summary = `${all.length - orphaned.length} handler(s), ${letters} dead letter(s)${paused}`;
  if (orphaned.length > 0)
    return fail(
      check,
      `${summary}; events wait for ${orphaned.join(', ')}, which this release does not have`,
      'Bring it back, or give its events to another with "hangar deliveries replay --handler"; "hangar handlers" counts them',
    );
  if (pauses.every((pause) => pausedSeconds(pause) < retentionDays * SECONDS_PER_DAY * LONG))
    return pass(check, summary);
  return fail(
    check,
    summary,
    `"hangar handlers resume" ends a pause; events that have waited for ${retentionDays} days (DELIVERY_RETENTION_DAYS) are deleted`,
  );
}

function pauseText(pause: HandlerPause): string {
  const { handler, pausedBy, reason } = pause;
  const why = reason === null ? '' : `: ${reason}`;
  return `${handler} (for ${span(pausedSeconds(pause))}, by ${pausedBy}${why})`;
}

function pausedSeconds({ pausedAt }: HandlerPause): number {
  return (Date.now() - pausedAt.getTime()) / 1000;
}
