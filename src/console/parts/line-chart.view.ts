import { html, type Html } from '../../common/html.js';
import { clockText } from './time.view.js';

/** A value over time; `undefined` where there is none. */
interface Series {
  readonly name: string;
  /** CSS class of its line: colour and pattern. */
  readonly look: string;
  readonly values: readonly (number | undefined)[];
}

/** Lines over the same times. */
export interface LineChart {
  readonly id: string;
  readonly title: string;
  /** The content as text, for screen readers and below the chart. */
  readonly summary: string;
  readonly times: readonly Date[];
  readonly series: readonly Series[];
  readonly unit: (value: number) => string;
}

const WIDTH = 480;
const HEIGHT = 170;
const LEFT = 52;
const TOP = 10;
const BOTTOM = 22;
const PLOT_WIDTH = WIDTH - LEFT - 8;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;
const LABELLED_TIMES = 3;

/** A chart with its legend and its summary. */
export function lineChartView(chart: LineChart): Html {
  const { id, title, summary, times, series, unit } = chart;
  const most = niceMaximum(series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  return html`<figure class="chart" aria-labelledby="${id}-title">
    <figcaption><h3 id="${id}-title">${title}</h3>${legendView(series)}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}: ${summary}">
      ${[0, most / 2, most].map((value) => gridView(value, most, unit))}
      ${timeLabels(times)}
      ${series.map(({ look, values }) => html`<path class="line ${look}" d="${pathOf(values, most)}"/>`)}
    </svg>
    <p class="hint">${summary}</p>
  </figure>`;
}

function legendView(series: readonly Series[]): Html {
  return html`<ul class="legend">${series.map(
    ({ name, look }) =>
      html`<li><svg viewBox="0 0 24 8" width="24" height="8" aria-hidden="true" focusable="false"><path class="line ${look}" d="M0 4H24"/></svg>${name}</li>`,
  )}</ul>`;
}

function gridView(value: number, most: number, unit: (value: number) => string): Html {
  const y = yOf(value, most);
  return html`<path class="grid" d="M${LEFT} ${y}H${WIDTH - 8}"/><text class="tick" x="${LEFT - 6}" y="${y + 4}" text-anchor="end">${unit(value)}</text>`;
}

function timeLabels(times: readonly Date[]): Html[] {
  const step = Math.max(1, Math.floor((times.length - 1) / LABELLED_TIMES));
  return times.flatMap((at, index) =>
    index % step === 0
      ? [
          html`<text class="tick" x="${xOf(index, times.length)}" y="${HEIGHT - 6}" text-anchor="${anchorOf(index, times.length)}">${clockText(at)}</text>`,
        ]
      : [],
  );
}

function anchorOf(index: number, count: number): string {
  if (index === 0) return 'start';
  return index === count - 1 ? 'end' : 'middle';
}

/** The line is interrupted where there is no value; a single value is a dot. */
function pathOf(values: readonly (number | undefined)[], most: number): string {
  return values
    .map((value, index) => {
      if (value === undefined) return '';
      const alone = values[index - 1] === undefined;
      const point = `${xOf(index, values.length)} ${yOf(value, most)}`;
      return alone ? `M${point}h.01` : `L${point}`;
    })
    .join('');
}

function xOf(index: number, count: number): number {
  return rounded(LEFT + (PLOT_WIDTH * index) / Math.max(1, count - 1));
}

function yOf(value: number, most: number): number {
  return rounded(TOP + PLOT_HEIGHT * (1 - value / most));
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The next of 2, 4, 6, 10, 20, 40 …, so that half of it is a whole number. */
export function niceMaximum(values: readonly number[]): number {
  const most = Math.max(2, ...values);
  const magnitude = 10 ** Math.floor(Math.log10(most));
  const step = [1, 2, 4, 6, 10].find((each) => each * magnitude >= most) ?? 10;
  return Math.max(2, step * magnitude);
}
