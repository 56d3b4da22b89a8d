import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { isVersionAtLeast } from '../../src/server/node-version.js';

const MAIN = resolve('dist/src/main.js');
const { engines } = JSON.parse(readFileSync('package.json', 'utf8')) as { engines: { node: string } };
/** Reports an old version; the rest of this Node is new. */
const PRETEND = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})`;
const SYSTEM_NODE = '/usr/bin/node';
const systemVersion = spawnSync(SYSTEM_NODE, ['--version'], { encoding: 'utf8' }).stdout ?? '';
const hasOldNode = systemVersion !== '' && !isVersionAtLeast(systemVersion, engines.node);

describe('main.js on an old Node', () => {
  it.each<[string, string, string[], boolean]>([
    ['that reports an old version', process.execPath, ['--import', PRETEND], true],
    ['of the system', SYSTEM_NODE, [], hasOldNode],
  ])('%s: names the required version and exits with 1', (_, node, flags, available) => {
    if (!available) return;
    const { status, stdout, stderr } = spawnSync(node, [...flags, MAIN], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^Hangar requires Node ${engines.node}\\. This is Node 2\\d\\.[\\d.]+\\.\\n$`));
  });
});
