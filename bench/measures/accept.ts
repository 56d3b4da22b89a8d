import { type Bench } from '../bench.ts';
import { type Contestant } from '../contestants.ts';
import { type Figures } from '../figures.ts';
import { memoryOf } from '../harness/memory.ts';
import { percentile } from '../statistics.ts';

/** How many webhooks a second the contestant accepts, how fast it answers, and the memory that it takes for it. */
export async function measureAccept(bench: Bench, contestant: Contestant): Promise<Figures> {
  const { warmUpSeconds, floodSeconds, halfSeconds } = bench.sizes;
  return bench.with([contestant], async (sender, { child, startSeconds }) => {
    await sender.flood(warmUpSeconds);
    const flood = await sender.flood(floodSeconds);
    const half = contestant.roles && (await sender.pace(flood.perSecond / 2, halfSeconds));
    return {
      acceptedPerSecond: flood.perSecond,
      p50Ms: percentile(flood.latencies, 50),
      p99Ms: percentile(flood.latencies, 99),
      ...(half && { halfP99Ms: percentile(half.latencies, 99) }),
      peakMb: memoryOf(child.pid).peakMb,
      startSeconds,
      generatorProcessors: flood.processors,
    };
  });
}
