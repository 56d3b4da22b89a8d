import { type Bench } from '../bench.ts';
import { type Figures } from '../figures.ts';
import { type Program } from '../harness/starts.ts';

const MAIN = '../dist/src/main.js';

/** The program whose start the others are compared with: what one writes first with the same libraries. */
export const BARE: Program = { title: 'bare Nest + Fastify + TypeORM', entry: 'peers/nest-typeorm.mjs' };

/** The programs whose start is measured, the bare one last. */
export const PROGRAMS: readonly Program[] = [
  { title: 'receiver', entry: MAIN, roles: 'receiver' },
  { title: 'all roles', entry: MAIN, roles: 'receiver,worker,scheduler,console' },
  {
    title: 'hangar tokens list',
    entry: '../dist/src/cli.js',
    command: ['tokens', 'list'],
    roles: 'receiver',
  },
  BARE,
];

/** The processor time from the start of a server until it is ready, and of a command until its end. */
export async function measureStart({ postgres, starts }: Bench, program: Program): Promise<Figures> {
  return postgres.withDatabase(async (url) => ({
    uncachedStartMs: (await starts.uncached(program, url)) * 1000,
    cachedStartMs: (await starts.cached(program, url)) * 1000,
  }));
}
