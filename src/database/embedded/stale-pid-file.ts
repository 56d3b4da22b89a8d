import { execFileSync } from 'node:child_process';
import { readFileSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Greater than any process's number. The rest of the file stays: PostgreSQL finds by it what a killed server left. */
const NO_PROCESS = '2147483647';

/**
 * Corrects the `postmaster.pid` of a killed server whose number another process has by now, as after a restart of the
 * machine or the container: PostgreSQL would take that process for the server.
 *
 * @param folder of the cluster
 */
export function correctStalePidFile(folder: string): void {
  const path = join(folder, 'postmaster.pid');
  const text = readIfExists(path);
  const pid = Number(text?.split('\n', 1)[0]);
  if (text === undefined || !Number.isSafeInteger(pid) || pid <= 0 || String(pid) === NO_PROCESS) return;
  if (!isRunning(pid) || isPostmaster(pid, folder) || readIfExists(path) !== text) return;
  writeFileSync(path, text.replace(/^\d+/, NO_PROCESS));
}

function readIfExists(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Whether the process is the server of this folder; true where that cannot be found out. */
function isPostmaster(pid: number, folder: string): boolean {
  if (process.platform === 'linux')
    return readIfExists(`/proc/${pid}/comm`)?.trim() === 'postgres' && isIn(pid, folder);
  try {
    const name = execFileSync('ps', ['-o', 'comm=', '-p', String(pid)], { stdio: 'pipe' }).toString();
    return basename(name.trim()) === 'postgres';
  } catch {
    return true;
  }
}

/** A server's working directory is its folder. That of another account's process, which is not ours, cannot be read. */
function isIn(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false;
  }
}
