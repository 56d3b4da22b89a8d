import { setTimeout as wait } from 'node:timers/promises';
import { type Bench } from '../bench.ts';
import { hangar } from '../contestants.ts';
import { type Figures } from '../figures.ts';
import { memoryOf } from '../harness/memory.ts';

/** How soon a process with these roles is ready, and the memory that it takes when it has nothing to do. */
export async function measureIdle(bench: Bench, roles: string): Promise<Figures> {
  return bench.with([hangar(roles)], async (_sender, { child, startSeconds }) => {
    await wait(bench.sizes.idleSeconds * 1000);
    return { startSeconds, idleMb: memoryOf(child.pid).nowMb };
  });
}
