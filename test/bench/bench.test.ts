import { type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dataFolder } from '../support/data-folder.js';
import { FULL_SIZE } from '../support/full-size.js';
import { until } from '../support/until.js';
import { startProcess } from '../support/start-process.js';

const ROWS = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
/** Half of all that the bench starts serves what has no row: at full size alone. */
const ONLY = FULL_SIZE ? [] : ['--only', [...ROWS, 'idle'].join()];

describe('npm run bench -- --small', () => {
  let folder: string;
  let bench: ChildProcess;
  let [output, progress] = ['', ''];

  beforeEach(() => {
    folder = dataFolder();
    [output, progress] = ['', ''];
    const args = ['bench/main.ts', '--small', '--json', ...ONLY];
    bench = startProcess(args, { TMPDIR: folder });
    bench.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    bench.stderr?.on('data', (chunk: Buffer) => (progress += chunk.toString()));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  /** The group's processes by the kernel, and PostgreSQL, which has a group of its own, by its folder. */
  const nothingRuns = (): boolean => {
    const commands = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(commandOf);
    return !groupRuns(bench.pid ?? 0) && !commands.some((command) => command.includes(folder));
  };

  it('prints every row with its measurements, and leaves nothing behind', async () => {
    const [code] = (await once(bench, 'close')) as [number | null];
    expect([code, code === 0 ? '' : progress]).toEqual([0, '']);
    const lines = output.split('\n').filter((line) => line.startsWith('{'));
    const found = lines.map((line) => JSON.parse(line) as { key?: string; figures?: Record<string, number> });
    for (const key of ROWS) {
      expect(output).toContain(`(${key}) `);
      const { acceptedPerSecond, p50Ms, p99Ms, peakMb } = found.find((row) => row.key === key)?.figures ?? {};
      for (const figure of [acceptedPerSecond, p50Ms, p99Ms, peakMb]) expect(figure).toBeGreaterThan(0);
    }
    for (const key of ['f', 'g']) {
      const { overallPerSecond, lagP50Ms, lagP99Ms } = found.find((row) => row.key === key)?.figures ?? {};
      for (const figure of [overallPerSecond, lagP50Ms, lagP99Ms]) expect(figure).toBeGreaterThan(0);
    }
    expect(readdirSync(folder)).toEqual([]);
    await until('the end of its processes', nothingRuns);
  });

  it('stops everything when it is interrupted', async () => {
    await until('the first measurement', () => progress.includes('round 1'));
    process.kill(-(bench.pid ?? 0), 'SIGINT');
    const [code] = (await once(bench, 'close')) as [number | null];
    expect([code, progress]).toEqual([1, expect.stringContaining('stopped by SIGINT')]);
    expect(readdirSync(folder)).toEqual([]);
    await until('the end of its processes', nothingRuns);
  });
});

function groupRuns(group: number): boolean {
  try {
    return process.kill(-group, 0);
  } catch {
    return false;
  }
}

/** Empty for a process that has just ended. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
