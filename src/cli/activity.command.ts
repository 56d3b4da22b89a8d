import { Command } from 'commander';
import { type ActivityMinute } from '../activity/activity-figures.js';
import { ActivityService } from '../activity/activity.service.js';
import { ActivityModule } from '../activity/activity.module.js';
import { wholeNumber } from './arguments.js';
import { type CommonOptions, print, table } from './output.js';
import { withServices } from './service-context.js';

const MINUTE_MS = 60_000;
const COUNTS = ['RECEIVED', 'DUPLICATES', 'REJECTED', 'HANDLED', 'FAILED', 'DEAD LETTERS'];
const HEADS = ['MINUTE', ...COUNTS, 'MEAN LAG', 'MAX LAG'];

/** `hangar activity`: activity of all processes, per minute. */
export function activityCommand(): Command {
  return new Command('activity')
    .description('show the activity of all processes, per minute; the last 10 s may be missing')
    .option('--minutes <count>', 'number of minutes, at most two days', wholeNumber, 15)
    .option('--json', 'print JSON')
    .action(async ({ json, minutes }: CommonOptions & { minutes: number }) => {
      await withServices([ActivityModule], async (context) => {
        const since = new Date(Date.now() - Math.max(0, minutes - 1) * MINUTE_MS);
        const activity = await context.get(ActivityService).minutes(since);
        print(json, { activity }, table(HEADS, activity.map(rowOf)));
      });
    });
}

function rowOf({ minute, meanLagMs, maxLagMs, ...counts }: ActivityMinute): string[] {
  const { received, duplicates, refused, handled, failed, deadLettered } = counts;
  return [
    minute.toISOString().slice(0, 16),
    ...[received, duplicates, refused, handled, failed, deadLettered].map(String),
    ...[meanLagMs, maxLagMs].map((ms) => (ms === null ? '' : `${Math.round(ms)} ms`)),
  ];
}
