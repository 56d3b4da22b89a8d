import { setTimeout as wait } from 'node:timers/promises';
import { type Bench } from '../bench.ts';
import { hangar } from '../contestants.ts';
import { type Figures } from '../figures.ts';
import { memoryOf } from '../harness/memory.ts';
import { type Server } from '../harness/servers.ts';
import { installEverywhere } from './installations.ts';
import { addWaitingJobs } from './waiting-jobs.ts';

const ALL_ROLES = hangar('receiver,worker,scheduler');
/** Slow enough for the few jobs to last as long as the many. */
const SLOW_HANDLER = { BENCH_HANDLER_MS: '1000' };
const FEW_A_SECOND = 30;

/** The memory that a process of every role takes with few jobs waiting, and with many, while it does the same work. */
export async function measureBacklog({ postgres, servers, sizes }: Bench): Promise<Figures> {
  const { backlogJobs, backlogSeconds } = sizes;
  return postgres.withDatabase(async (url) => {
    const peakAfter = async (add: () => Promise<void>): Promise<number> => {
      const use = async ({ child }: Server): Promise<number> => {
        await add();
        await wait(backlogSeconds * 1000);
        return memoryOf(child.pid).peakMb;
      };
      return servers.with([ALL_ROLES], url, use, SLOW_HANDLER);
    };
    await installEverywhere(url);
    const few = Math.ceil(FEW_A_SECOND * backlogSeconds);
    const withoutMb = await peakAfter(async () => addWaitingJobs(url, few)); // the queue is there once it has begun
    await addWaitingJobs(url, backlogJobs);
    const withMb = await peakAfter(async () => undefined);
    return { withoutMb, withMb, addedMb: withMb - withoutMb };
  });
}
