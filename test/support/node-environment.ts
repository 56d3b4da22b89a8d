import { resolve } from 'node:path';

/** What each process of a test gets. The code that V8 made of packages is kept: a quarter of each start is that. */
export const NODE_ENVIRONMENT: Readonly<Record<string, string | undefined>> = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: resolve('node_modules/.cache/hangar-tests'),
};
