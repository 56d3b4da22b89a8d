import { type Bench } from '../bench.ts';
import { hangar } from '../contestants.ts';
import { type Figures } from '../figures.ts';
import { type Server } from '../harness/servers.ts';
import { memoryOf } from '../harness/memory.ts';
import { type Sender } from '../harness/sender.ts';
import { percentile } from '../statistics.ts';
import { Handled } from './handled.ts';
import { installEverywhere } from './installations.ts';

const WARM_UP_PER_SECOND = 300;
/** The pace at which lag is looked at. */
const LAG_PER_SECOND = 500;

/** A way to run Hangar's roles: a process each. */
export interface Arrangement {
  readonly key: string;
  readonly title: string;
  /** The first process receives, the last one handles. */
  readonly processes: readonly string[];
}

/** The rows of the table that accept and handle. */
export const ARRANGEMENTS: readonly Arrangement[] = [
  { key: 'f', title: 'Hangar end to end, one process', processes: ['receiver,worker,scheduler'] },
  { key: 'g', title: 'Hangar end to end, two processes', processes: ['receiver', 'worker,scheduler'] },
];

/** How soon events are handled at a steady pace, and how many while webhooks come as fast as they are accepted. */
export async function measureEndToEnd(bench: Bench, { processes }: Arrangement): Promise<Figures> {
  const { warmUpSeconds, drainSeconds } = bench.sizes;
  const measure = async (sender: Sender, ...servers: [Server, ...Server[]]): Promise<Figures> => {
    const worker = servers.at(-1) ?? servers[0];
    const handled = new Handled(worker.child);
    await handled.all(await sender.pace(WARM_UP_PER_SECOND, warmUpSeconds), drainSeconds);
    const lag = await measureLag(bench, sender, handled);
    const flood = await measureFlood(bench, sender, handled);
    const peakMb = Math.max(...servers.map(({ child }) => memoryOf(child.pid).peakMb));
    return { ...lag, ...flood, peakMb };
  };
  return bench.with(processes.map(hangar), measure, installEverywhere);
}

/** From when a webhook was due to be sent until its handler ran. */
async function measureLag({ sizes }: Bench, sender: Sender, handled: Handled): Promise<Figures> {
  const sent = await sender.pace(LAG_PER_SECOND, sizes.lagSeconds);
  await handled.all(sent, sizes.drainSeconds);
  const times = await handled.times(sent);
  // One that was not handled in time lags without end.
  const lags = times.map((at = Infinity, index) => at - (index * 1000) / LAG_PER_SECOND);
  const values = Float64Array.from(lags);
  return { lagP50Ms: percentile(values, 50), lagP99Ms: percentile(values, 99) };
}

async function measureFlood({ sizes }: Bench, sender: Sender, handled: Handled): Promise<Figures> {
  const sent = await sender.flood(sizes.floodSeconds);
  await handled.all(sent, sizes.drainSeconds);
  const times = (await handled.times(sent)).filter((at) => at !== undefined);
  const meanwhile = times.filter((at) => at <= sizes.floodSeconds * 1000);
  return {
    acceptedPerSecond: sent.perSecond,
    p50Ms: percentile(sent.latencies, 50),
    p99Ms: percentile(sent.latencies, 99),
    handledPerSecond: meanwhile.length / sizes.floodSeconds,
    overallPerSecond: (times.length / Math.max(...times)) * 1000,
    unhandled: sent.sent - times.length,
  };
}
