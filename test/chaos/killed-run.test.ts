import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { dataFolder } from '../support/data-folder.js';
import { endWithFile } from '../support/start-process.js';
import { until } from '../support/until.js';

const CONFIG = 'test/fixtures/hanging-run/jest.config.mjs';
const RUN = /^hangar-tests-/;

describe('a run of the tests', () => {
  let place: string;
  let run: ChildProcess;
  let started: readonly number[];

  /** As in a terminal, where Ctrl-C reaches every process of the group. */
  const start = (): ChildProcess => {
    const { PATH, HOME, HANGAR_TEST_PATIENCE } = process.env;
    const env = { PATH, HOME, HANGAR_TEST_PATIENCE, TMPDIR: place };
    const args = ['run', '--silent', 'jest', '--', '--config', CONFIG];
    return endWithFile(spawn('npm', args, { env, detached: true, stdio: 'ignore' }));
  };
  const pidIn = (name: string): number => {
    const folder = readdirSync(place).find((entry) => RUN.test(entry)) ?? '';
    try {
      return Number.parseInt(readFileSync(join(place, folder, name), 'utf8'), 10);
    } catch {
      return 0;
    }
  };
  const pidsOnceItHangs = async (): Promise<number[]> => {
    const hanging = await until('the test to hang', () => pidIn('hanging') || undefined);
    return [hanging, pidIn('all/postgres/postmaster.pid'), pidIn('owner')];
  };
  const left = (): unknown[] => [...readdirSync(place).filter((name) => RUN.test(name)), ...started.filter(isRunning)];
  const leftInTheEnd = async (): Promise<unknown[]> => {
    await until('nothing to be left', () => left().length === 0);
    return left();
  };

  beforeEach(async () => {
    place = dataFolder();
    run = start();
    started = await pidsOnceItHangs();
    expect(started.map(isRunning)).toEqual([true, true, true]);
  });

  afterEach(() => rmSync(place, { recursive: true }));

  it('leaves no process or file behind when it is interrupted', async () => {
    process.kill(-(run.pid ?? 0), 'SIGINT');
    expect(await leftInTheEnd()).toEqual([]);
  });

  it('ends without leftovers when npm is killed', async () => {
    run.kill('SIGKILL');
    expect(await leftInTheEnd()).toEqual([]);
  });

  it('cleans up after another run that was killed together with its guard', async () => {
    const abandoned = readdirSync(place).find((name) => RUN.test(name)) ?? '';
    const guard = pidsWith(`guard.mjs\0${join(place, abandoned)}`);
    expect(guard).toHaveLength(1);
    for (const pid of [...guard, started[2] ?? 0, run.pid ?? 0]) process.kill(pid, 'SIGKILL');
    const next = start();
    await until('the next run to begin', () => readdirSync(place).some((name) => RUN.test(name) && name !== abandoned));
    expect([readdirSync(place).includes(abandoned), started.filter(isRunning)]).toEqual([false, []]);
    started = await pidsOnceItHangs();
    next.kill('SIGKILL');
    expect(await leftInTheEnd()).toEqual([]);
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false; // it may end between the two
  }
}

/** The processes with these words among their arguments. */
function pidsWith(words: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && readCommand(name).includes(words))
    .map(Number);
}

function readCommand(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
