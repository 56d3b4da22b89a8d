import { type Figure, type Row } from '../figures.ts';
import { numberText } from './number-text.ts';

type Column = readonly [heading: string, value: (row: Row) => number | undefined];

const figure =
  (name: Figure) =>
  ({ figures }: Row): number | undefined =>
    figures[name];

/** The table of the rows that have a letter. Of processes that work together it tells the largest memory. */
export function table(rows: readonly Row[]): string {
  const shown = rows.filter(({ key }) => key.length === 1);
  const hangar = shown.find(({ key }) => key === 'a')?.figures.acceptedPerSecond;
  const columns: Column[] = [
    ['accepted/s', figure('acceptedPerSecond')],
    ['p50 ms', figure('p50Ms')],
    ['p99 ms', figure('p99Ms')],
    ['handled/s', figure('handledPerSecond')],
    ['lag p50 ms', figure('lagP50Ms')],
    ['lag p99 ms', figure('lagP99Ms')],
    ['RSS MB', figure('peakMb')],
    ['(a) ÷ it', ({ figures }) => hangar && hangar / (figures.acceptedPerSecond ?? Number.NaN)],
  ];
  const cells = shown.map((row) => [
    `(${row.key}) ${row.title}`,
    ...columns.map(([, value]) => numberText(value(row))),
  ]);
  return aligned([['', ...columns.map(([heading]) => heading)], ...cells]);
}

/** The first column to the left, the others to the right. */
function aligned(lines: readonly string[][]): string {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell[column === 0 ? 'padEnd' : 'padStart'](widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
