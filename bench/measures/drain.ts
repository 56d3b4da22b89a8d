import { setTimeout as wait } from 'node:timers/promises';
import { type Bench } from '../bench.ts';
import { hangar } from '../contestants.ts';
import { type Figures } from '../figures.ts';
import { queryRows } from '../harness/bench-postgres.ts';
import { installEverywhere } from './installations.ts';
import { addWaitingJobs } from './waiting-jobs.ts';

const WORKERS = [hangar('worker'), hangar('scheduler')];
const WAITING = `SELECT count(*)::int AS waiting FROM pgboss.job WHERE name = 'BenchHandler.run' AND state < 'active'`;

/** How fast a worker takes up what has waited, where that is little and where it is much. */
export async function measureDrain(bench: Bench): Promise<Figures> {
  const { fewJobs, manyJobs } = bench.sizes;
  return {
    fewPerSecond: await drained(bench, fewJobs),
    manyPerSecond: await drained(bench, manyJobs),
    manyJobs,
  };
}

async function drained({ postgres, servers, sizes }: Bench, jobs: number): Promise<number> {
  return postgres.withDatabase(async (url) => {
    await installEverywhere(url);
    // It declares the handler's queue, and takes nothing from it.
    await servers.with([hangar('receiver')], url, async () => addWaitingJobs(url, jobs));
    return servers.with(WORKERS, url, async () => {
      await wait(sizes.warmUpSeconds * 1000);
      const [before, began] = [await waiting(url), performance.now()];
      await wait(sizes.floodSeconds * 1000);
      return ((before - (await waiting(url))) * 1000) / (performance.now() - began);
    });
  });
}

async function waiting(url: string): Promise<number> {
  const [row] = await queryRows<{ waiting: number }>(url, WAITING);
  return row?.waiting ?? Number.NaN;
}
