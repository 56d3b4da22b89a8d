import { resolve } from 'node:path';

/**
 * What each process of a test gets: the run that it belongs to and its folder for temporary files, and V8's compiled code
 * of packages, which is a quarter of each start.
 */
export const NODE_ENVIRONMENT: Readonly<Record<string, string | undefined>> = {
  PATH: process.env['PATH'],
  TMPDIR: process.env['TMPDIR'],
  NODE_ENV: 'development',
  HANGAR_TEST_RUN: process.env['HANGAR_TEST_RUN'],
  NODE_COMPILE_CACHE: resolve('node_modules/.cache/hangar-tests'),
};
