import { type ChildProcess, type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { NODE_ENVIRONMENT } from './node-environment.js';

/** The processes of this test file that run; `test/setup/environment.mjs` ends those that the file leaves. */
declare const hangarProcesses: Set<number>;

/**
 * Starts a Node program as the leader of a process group of its own, which ends with the test file at the latest.
 *
 * @param environment all that it gets beside {@link NODE_ENVIRONMENT}
 */
export function startProcess(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  cwd?: string,
): ChildProcessWithoutNullStreams {
  const env = { ...NODE_ENVIRONMENT, ...environment };
  return endWithFile(spawn(process.execPath, [...args], { cwd, env, detached: true }));
}

/** Has the process group that this process leads ended with the test file. */
export function endWithFile<T extends ChildProcess>(child: T): T {
  const { pid } = child;
  if (pid !== undefined) {
    hangarProcesses.add(pid);
    child.once('exit', () => hangarProcesses.delete(pid));
  }
  return child;
}
