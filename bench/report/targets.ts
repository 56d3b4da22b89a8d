import { type Figure, type Figures, type Row } from '../figures.ts';
import { BARE } from '../measures/starts.ts';
import { numberText } from './number-text.ts';

/** What Hangar should reach, and whether it does. */
export interface Target {
  readonly text: string;
  /** `undefined` where it was not measured. */
  readonly met: boolean | undefined;
}

/** Each target with the figures that it is read against. They are for people to read: a run never fails on one. */
export function targets(rows: readonly Row[]): Target[] {
  const of = (key: string, name: Figure): number => rows.find((row) => row.key === key)?.figures[name] ?? Number.NaN;
  const ratio = (key: string): number => of('a', 'acceptedPerSecond') / of(key, 'acceptedPerSecond');
  const largestMb = Math.max(of('a', 'peakMb'), of('f', 'peakMb'), of('g', 'peakMb'));
  return [
    atLeast('accepts as many as (c)', ratio('c'), 1, '×'),
    atLeast('accepts 2.5 times as many as (d)', ratio('d'), 2.5, '×'),
    atLeast('accepts 0.7 times as many as (b)', ratio('b'), 0.7, '×'),
    atMost('p99 of (a) at half its maximum', of('a', 'halfP99Ms'), 50, 'ms'),
    ...['f', 'g'].flatMap((key) => [
      atLeast(`(${key}) handles while it accepts`, of(key, 'handledPerSecond'), 1200, 'events/s'),
      atMost(`(${key}) lag at 500 events/s, p50`, of(key, 'lagP50Ms'), 30, 'ms'),
      atMost(`(${key}) lag at 500 events/s, p99`, of(key, 'lagP99Ms'), 250, 'ms'),
    ]),
    atMost('largest memory of a Hangar process', largestMb, 300, 'MB'),
    atMost('memory that the backlog adds', of('backlog', 'addedMb'), 50, 'MB'),
    ...rows.filter(isOneRole).flatMap(idleTargets),
    ...startTargets(rows),
  ];
}

/** A process of several roles is measured too, but has no target. */
function isOneRole({ key, title }: Row): boolean {
  return key === 'idle' && !title.includes(',');
}

function idleTargets({ title, figures }: Row): Target[] {
  return [
    atMost(`${title}, from start to ready`, figures.startSeconds ?? Number.NaN, 2, 's'),
    atMost(`${title}, memory`, figures.idleMb ?? Number.NaN, 150, 'MB'),
  ];
}

/** Against what one writes first with the same libraries, started in the same way. */
function startTargets(rows: readonly Row[]): Target[] {
  const of = (title: string): Figures => rows.find((row) => row.title === `Start: ${title}`)?.figures ?? {};
  const [receiver, bare] = [of('receiver'), of(BARE.title)];
  const what = `processor time of a receiver's start, by that of the ${BARE.title}`;
  const ratio = (name: 'uncachedStartMs' | 'cachedStartMs'): number =>
    (receiver[name] ?? Number.NaN) / (bare[name] ?? Number.NaN);
  return [
    atMost(what, ratio('uncachedStartMs'), 2, '×'),
    atMost(`${what}, both with a compile cache`, ratio('cachedStartMs'), 2, '×'),
  ];
}

/** A line for each. */
export function targetLines(found: readonly Target[]): string {
  const word = (met: boolean | undefined): string => (met === undefined ? 'not measured' : met ? 'met' : 'not met');
  return found.map(({ text, met }) => `${word(met).padEnd(12)}  ${text}`).join('\n');
}

function atLeast(what: string, value: number, least: number, unit: string): Target {
  return {
    text: `${what}: ${numberText(value)} ${unit}, at least ${least}`,
    met: known(value, value >= least),
  };
}

function atMost(what: string, value: number, most: number, unit: string): Target {
  return { text: `${what}: ${numberText(value)} ${unit}, at most ${most}`, met: known(value, value <= most) };
}

function known(value: number, met: boolean): boolean | undefined {
  return Number.isNaN(value) ? undefined : met;
}
