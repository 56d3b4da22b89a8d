import { Bench } from './bench.ts';
import { CONTESTANTS } from './contestants.ts';
import { type Figures, medians, type Row } from './figures.ts';
import { type StartedParts } from './harness/started-parts.ts';
import { measureAccept } from './measures/accept.ts';
import { measureBacklog } from './measures/backlog.ts';
import { measureCost } from './measures/cost.ts';
import { measureDrain } from './measures/drain.ts';
import { ARRANGEMENTS, measureEndToEnd } from './measures/end-to-end.ts';
import { measureIdle } from './measures/idle.ts';
import { BARE, measureStart, PROGRAMS } from './measures/starts.ts';
import { type Options, type Sizes } from './options.ts';

/** Something that is measured. */
interface Measurement {
  readonly key: string;
  readonly title: string;
  /** It is measured once, and not in every round. */
  readonly once?: true;
  readonly measure: (bench: Bench) => Promise<Figures>;
}

const measurements = ({ idleRoles, starts }: Sizes): readonly Measurement[] => [
  ...CONTESTANTS.map((each): Measurement => ({
    ...each,
    measure: async (bench) => measureAccept(bench, each),
  })),
  ...ARRANGEMENTS.map((each): Measurement => ({
    ...each,
    measure: async (bench) => measureEndToEnd(bench, each),
  })),
  { key: 'backlog', title: 'Hangar with a backlog', once: true, measure: measureBacklog },
  { key: 'cost', title: 'Hangar, what an event costs', once: true, measure: measureCost },
  { key: 'drain', title: 'Hangar, what has waited', once: true, measure: measureDrain },
  ...idleRoles.map((roles): Measurement => ({
    key: 'idle',
    title: `Hangar, idle: ${roles}`,
    once: true,
    measure: async (bench) => measureIdle(bench, roles),
  })),
  ...PROGRAMS.filter((each) => each === BARE || starts.includes(each.title)).map((each): Measurement => ({
    key: 'starts',
    title: `Start: ${each.title}`,
    measure: async (bench) => measureStart(bench, each),
  })),
];

/** Measures everything in turn, round by round, so that what the machine does meanwhile meets all alike. */
export async function runBench(options: Options, parts: StartedParts): Promise<Row[]> {
  const bench = await Bench.start(options, parts);
  const wanted = measurements(options.sizes).filter(
    ({ key }) => options.only.length === 0 || options.only.includes(key),
  );
  const { rounds } = options.sizes;
  const found = new Map<Measurement, Figures[]>(wanted.map((measurement) => [measurement, []]));
  for (let round = 1; round <= rounds; round += 1)
    for (const measurement of wanted) {
      if (measurement.once && round < rounds) continue;
      console.error(`round ${round} of ${rounds}: ${measurement.title}`);
      found.get(measurement)?.push(await measurement.measure(bench));
    }
  return [...found].map(([{ key, title }, figures]) => ({ key, title, figures: medians(figures) }));
}
