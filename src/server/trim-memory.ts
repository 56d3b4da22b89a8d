import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Releases memory that only the start needed, a fifth of the process: loading the code makes V8's young generation grow
 * to its maximum, and only this kind of garbage collection shrinks it. Takes about a tenth of a second.
 */
export function trimMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as NodeJS.GCFunction;
  setFlagsFromString('--no-expose-gc');
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
