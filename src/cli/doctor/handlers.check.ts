import { type LateJobs, type QueueStatsService } from '../../queue/queue-stats.service.js';
import { type HandlerPause } from '../../webhooks/pauses/handler-pauses.service.js';
import { type HandlerStatsService } from '../../webhooks/pauses/handler-stats.service.js';
import { span } from '../output.js';
import { fail, pass, type Finding } from './finding.js';

const SECONDS_PER_DAY = 86_400;
/** The share of the retention after which a pause fails the check. */
const MAX_PAUSE_SHARE = 0.5;

/**
 * Checks that every job has a handler in this release and is due within a day, and counts dead letters and pauses. A pause
 * fails the check if the waiting events may be deleted soon.
 */
export async function checkHandlers(
  stats: HandlerStatsService,
  queues: QueueStatsService,
  retentionDays: number,
): Promise<Finding> {
  const check = 'handlers';
  const all = await stats.all();
  const letters = all.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const orphaned = all.filter(({ pattern }) => pattern === undefined).map(({ handler }) => handler);
  const pauses = all.flatMap(({ pause }) => pause ?? []);
  const paused = pauses.length > 0 ? `; paused: ${pauses.map(pauseText).join(', ')}` : '';
  const summary = `${all.length - orphaned.length} handler(s), ${letters} dead letter(s)${paused}`;
  if (orphaned.length > 0)
    return fail(
      check,
      `${summary}; events wait for handlers that this release does not have: ${orphaned.join(', ')}`,
      'Restore the handler, or replay its events to another one with "hangar deliveries replay --handler"; "hangar handlers" shows their number',
    );
  const late = await queues.dueAfter(SECONDS_PER_DAY);
  if (late.length > 0)
    return fail(
      check,
      `${summary}; jobs that are due in more than a day: ${late.map(lateText).join(', ')}`,
      'Unless the handler asked for it (RetryLater), run the events now with "hangar deliveries replay --handler"',
    );
  if (pauses.every((pause) => pausedSeconds(pause) < retentionDays * SECONDS_PER_DAY * MAX_PAUSE_SHARE))
    return pass(check, summary);
  return fail(
    check,
    summary,
    `Resume handlers with "hangar handlers resume"; events are deleted after ${retentionDays} days (DELIVERY_RETENTION_DAYS)`,
  );
}

function lateText({ handler, jobs, last }: LateJobs): string {
  return `${handler} (${jobs}, the last at ${last})`;
}

function pauseText(pause: HandlerPause): string {
  const { handler, pausedBy, reason } = pause;
  const why = reason === null ? '' : `: ${reason}`;
  return `${handler} (for ${span(pausedSeconds(pause))}, by ${pausedBy}${why})`;
}

function pausedSeconds({ pausedAt }: HandlerPause): number {
  return (Date.now() - pausedAt.getTime()) / 1000;
}
