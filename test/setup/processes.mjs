import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

const PROC = '/proc';
const STEP_MS = 20;
const STEPS = 250;

/** The processes whose environment holds these words, as pid and command line. */
export function processesWith(words) {
  return existsSync(`${PROC}/self/environ`) ? ofProc(words) : ofPs(words);
}

/** Whether the process runs and is what it was: its command line has that word. */
export function isRunning(pid, word) {
  if (!pid || !exists(pid)) return false;
  const command = read(`${PROC}/${pid}/cmdline`);
  return command === '' || command.includes(word);
}

/** Ends a process and what it started in a group of its own. */
export function endProcess(pid) {
  for (const target of [-pid, pid])
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // it has ended, or leads no group
    }
}

/** Ends a PostgreSQL by the file that it keeps in its data folder; SIGQUIT, because SIGKILL would leave shared memory. */
export async function endPostgres(pidFile) {
  const pid = Number.parseInt(read(pidFile), 10);
  if (!isRunning(pid, 'postgres')) return;
  process.kill(pid, 'SIGQUIT');
  for (let step = 0; step < STEPS && exists(pid); step += 1) await wait(STEP_MS);
  if (exists(pid)) endProcess(pid);
}

/**
 * Who waits for this process: its parents as far as they are npm, or a shell of npm's. When one of them is killed, those
 * that it started go on without it, with another parent.
 */
export function waitingParents(pid) {
  const parent = parentOf(pid);
  const command = read(`${PROC}/${parent}/cmdline`).replaceAll('\0', ' ');
  const waits = /^npm |\bnpm-cli\.js\b|^(?:\S*\/)?(?:sh|dash|bash) -c /.test(command);
  return waits ? [parent, ...waitingParents(parent)] : [];
}

function parentOf(pid) {
  const stat = read(`${PROC}/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

function ofProc(words) {
  return readdirSync(PROC)
    .filter((name) => /^\d+$/.test(name) && read(`${PROC}/${name}/environ`).split('\0').includes(words))
    .map((name) => ({
      pid: Number(name),
      command: read(`${PROC}/${name}/cmdline`).replaceAll('\0', ' ').trim(),
    }));
}

/** BSD's spelling, which Darwin's `ps` and procps know: with the environment after the arguments. */
function ofPs(words) {
  const lines = execFileSync('ps', ['axeww', '-o', 'pid=,command='], { encoding: 'utf8' }).split('\n');
  return lines
    .filter((line) => line.includes(words))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim().slice(0, 200) }));
}

function exists(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
  return !/\) Z /.test(read(`${PROC}/${pid}/stat`));
}

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
