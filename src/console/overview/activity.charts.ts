import { type Html } from '../../common/html.js';
import { countText, millisecondsText } from '../parts/format.js';
import { lineChartView } from '../parts/line-chart.view.js';
import { clockText } from '../parts/time.view.js';
import { type ActivityMinute } from '../../activity/activity-figures.js';

type Minutes = readonly ActivityMinute[];

/** Events received, handled and failed, per minute. */
export function trafficChart(minutes: Minutes): Html {
  return lineChartView({
    id: 'traffic',
    title: 'Events per minute',
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

/** Time from receipt to first handler run. */
export function lagChart(minutes: Minutes): Html {
  return lineChartView({
    id: 'lag',
    title: 'Lag from receipt to first run',
    summary: lagSummary(minutes),
    times: minutes.map(({ minute }) => minute),
    series: [
      { name: 'mean', look: 'received', values: minutes.map(({ meanLagMs }) => meanLagMs ?? undefined) },
      { name: 'maximum', look: 'failed', values: minutes.map(({ maxLagMs }) => maxLagMs ?? undefined) },
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
      ? `; maximum ${busiest.received} received in the minute from ${clockText(busiest.minute)}`
      : '';
  return `In the last hour: ${countText(received, 'event')} received, ${countText(handled, 'run')} succeeded, ${failed} failed${most}.`;
}

function lagSummary(minutes: Minutes): string {
  const worst = minutes.toSorted((a, b) => (b.maxLagMs ?? -1) - (a.maxLagMs ?? -1))[0];
  if (worst?.maxLagMs === null || worst?.maxLagMs === undefined) return 'No handler run in the last hour.';
  return `Maximum in the last hour: ${millisecondsText(worst.maxLagMs)}, at ${clockText(worst.minute)}.`;
}

function failures({ failed, deadLettered }: ActivityMinute): number {
  return failed + deadLettered;
}

function sum(minutes: Minutes, count: (minute: ActivityMinute) => number): number {
  return minutes.reduce((total, minute) => total + count(minute), 0);
}
