import { readdirSync, readFileSync } from 'node:fs';

/** Linux tells of processors in hundredths of a second, whatever the machine. */
const TICKS_A_SECOND = 100;
/** Fields of `/proc/<pid>/stat` after the name in parentheses, which may itself hold spaces (man 5 proc). */
const [PARENT, USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM] = [1, 11, 12, 13, 14] as const;

/** How long a process has computed since it began, seconds. Linux only. */
export function processorSeconds(pid: number): number {
  const fields = statOf(pid);
  return seconds(fields, USER, SYSTEM);
}

/** The same for a process with its children, those that have ended too. */
export function familySeconds(pid: number): number {
  const own = seconds(statOf(pid), USER, SYSTEM, CHILDREN_USER, CHILDREN_SYSTEM);
  return childrenOf(pid).reduce((sum, child) => sum + processorSeconds(child), own);
}

/** The same for the children of a process that have ended. */
export function endedChildrenSeconds(pid: number): number {
  return seconds(statOf(pid), CHILDREN_USER, CHILDREN_SYSTEM);
}

/** The process that started this one. */
export function parentOf(pid: number): number {
  return Number(statOf(pid)[PARENT]);
}

function childrenOf(pid: number): number[] {
  const all = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return all.filter((each) => Number(statOf(each)[PARENT]) === pid);
}

function seconds(fields: readonly string[], ...which: readonly number[]): number {
  return which.reduce((sum, field) => sum + Number(fields[field] ?? 0), 0) / TICKS_A_SECOND;
}

/** Empty for a process that has ended meanwhile. */
function statOf(pid: number): readonly string[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return [];
  }
}
