import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { type CommandResult, hangarProcess } from '../support/cli.js';
import { meOf } from '../support/console-session.js';
import { dataFolder } from '../support/data-folder.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

describe('the completion of a shell', () => {
  let script: string;

  beforeAll(async () => {
    script = (await hangarProcess(['completion', 'bash'], {})).stdout;
  });

  /** What bash offers after these words, of which the last one is being written. */
  function offered(...words: string[]): string[] {
    const quoted = words.map((word) => `'${word}'`).join(' ');
    const call = `COMP_WORDS=(hangar ${quoted}); COMP_CWORD=${words.length}; _hangar; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const output = execFileSync('bash', ['--norc', '-c', `${script}\n${call}`], { encoding: 'utf8' });
    return output.split('\n').filter((line) => line !== '');
  }

  it('offers commands, their commands, options and the values of options', () => {
    expect(offered('dead')).toEqual(['dead-letters']);
    expect(offered('deliveries', '')).toEqual(['list', 'show', 'replay', '--help']);
    expect(offered('deliveries', 'list', '--st')).toEqual(['--state']);
    expect(offered('deliveries', 'list', '--state', 'dead')).toEqual(['dead_lettered']);
    expect(offered('deliveries', 'list', '--json', '--handler', '')).toEqual([]);
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish', '--help']);
  });

  it.each(['zsh', 'fish'])('has the same words for %s', async (shell) => {
    const { code, stdout } = await hangarProcess(['completion', shell], {});
    expect([code, stdout]).toEqual([0, expect.stringContaining(`'deliveries list --state'`)]);
  });

  it('is refused for another shell', async () => {
    expect(await hangarProcess(['completion', 'csh'], {})).toMatchObject({ code: 2 });
  });
});

describe('hangar open', () => {
  let together: HangarWithSimulator;
  let folder: string;

  beforeAll(async () => {
    folder = dataFolder();
    together = await HangarWithSimulator.start({ environment: { HANGAR_DATA_DIR: folder } });
  });

  afterAll(() => together.stop());

  const open = (environment: Record<string, string>, ...args: string[]): Promise<CommandResult> =>
    hangarProcess(['open', ...args], { ...together.environment, PUBLIC_URL: together.url, ...environment });

  /** A folder of programs in which that one opens addresses. */
  function programs(text: string): string {
    const bin = join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\n${text}\n`);
    chmodSync(join(bin, 'xdg-open'), 0o755);
    return bin;
  }

  /** Empty where it is not there yet. */
  const fileText = (name: string): string => readFileSync(join(folder, name), { encoding: 'utf8', flag: 'a+' });
  const LINK = /^http:\/\/localhost:\d+\/console\/sign-in\?token=[\w-]{32}$/;

  it('opens the console in the browser, with an address that signs in', async () => {
    const bin = programs(`echo "$1" > '${folder}/opened'`);
    expect(await open({ PATH: bin })).toMatchObject({
      code: 0,
      stdout: `Opened ${together.url}/console in the browser.\n`,
    });
    const address = await until('the address', () => LINK.exec(fileText('opened').trim())?.[0]);
    const browser = new Browser();
    await browser.open(address);
    expect(await meOf(browser, together.url)).toMatchObject({ csrfToken: expect.any(String) });
    expect(statSync(join(folder, 'console-link')).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['no browser can be opened', ''],
    ['the browser fails', 'exit 3'],
  ])('prints the address where %s', async (_, text) => {
    const { code, stdout } = await open({ PATH: text === '' ? folder : programs(text) });
    expect([code, stdout.trim()]).toEqual([0, expect.stringMatching(LINK)]);
  });

  it('says where no server runs, and that it is not for production', async () => {
    expect(await open({ PUBLIC_URL: 'http://localhost:9' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no server answers at http://localhost:9. Start it with "npm start"'),
    });
    expect(await open({ NODE_ENV: 'production' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('"hangar open" is for development, and NODE_ENV is production.'),
    });
  });

  it('leaves no address behind when the server has ended', async () => {
    expect(await together.hangar.end('SIGTERM')).toBe(0);
    expect(() => statSync(join(folder, 'console-link'))).toThrow('ENOENT');
  });
});
