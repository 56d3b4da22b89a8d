import { type Html } from '../../common/html.js';
import { countText } from '../parts/count-text.js';
import { millisecondsText } from '../parts/duration.js';
import { lineChartView } from '../parts/line-chart.view.js';
import { clockText } from '../parts/time.view.js';
import { type ActivityMinute } from '../../activity/activity-figures.js';

type Minutes = readonly ActivityMinute[];

/** What was received, handled and failed, a minute. */
export function trafficChart(minutes: Minutes): Html {
  return lineChartView({
    id: 'traffic',
    title: 'Events a minute',
    summary: trafficSummary(minutes),
    times: minutes.map(({ minute }) => minute),
    series: [
      { name: 'received', look: 'received', values: minutes.map(({ received }) => received) },
      { name: 'handled', look: 'handled', values: minutes.map(({ handled }) => handled) },
      { name: 'failed', look: 'failed', values: minutes.map(failures) },
    ],
    unit: String,
  });
}

/** How long events waited for their first run. */
export function lagChart(minutes: Minutes): Html {
  return lineChartView({
    id: 'lag',
    title: 'Lag from receipt to first run',
    summary: lagSummary(minutes),
    times: minutes.map(({ minute }) => minute),
    series: [
      { name: 'mean', look: 'received', values: minutes.map(({ meanLagMs }) => meanLagMs ?? undefined) },
      { name: 'longest', look: 'failed', values: minutes.map(({ maxLagMs }) => maxLagMs ?? undefined) },
    ],
    unit: millisecondsText,
  });
}

function trafficSummary(minutes: Minutes): string {
  const received = sum(minutes, (each) => each.received);
  const handled = sum(minutes, (each) => each.handled);
  const failed = sum(minutes, failures);
  const busiest = minutes.toSorted((a, b) => b.received - a.received)[0];
  const most =
    busiest && busiest.received > 0
      ? `; most were received at ${clockText(busiest.minute)}: ${busiest.received} within the minute`
      : '';
  return `In the last hour ${countText(received, 'event was', 'events were')} received, ${countText(handled, 'run')} handled, ${failed} failed${most}.`;
}

function lagSummary(minutes: Minutes): string {
  const worst = minutes.toSorted((a, b) => (b.maxLagMs ?? -1) - (a.maxLagMs ?? -1))[0];
  if (worst?.maxLagMs === null || worst?.maxLagMs === undefined) return 'In the last hour nothing was run.';
  return `In the last hour the longest was ${millisecondsText(worst.maxLagMs)}, at ${clockText(worst.minute)}.`;
}

function failures({ failed, deadLettered }: ActivityMinute): number {
  return failed + deadLettered;
}

function sum(minutes: Minutes, count: (minute: ActivityMinute) => number): number {
  return minutes.reduce((total, minute) => total + count(minute), 0);
}
