import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ROLES } from '../../src/config/role.js';
import { dataFolder } from '../support/data-folder.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { until } from '../support/until.js';

describe('a server on the embedded PostgreSQL that is killed', () => {
  let folder: string;
  let together: HangarWithSimulator;

  beforeEach(async () => {
    folder = dataFolder();
    together = await HangarWithSimulator.start({
      dataDir: folder,
      environment: { HANGAR_ROLES: 'receiver' },
    });
    await together.install();
  });

  afterEach(async () => {
    await together.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('leaves PostgreSQL running; the next start adopts it, handles accepted events and stops it', async () => {
    const postmaster = postmasterOf(folder);
    expect((await together.deliver(pingWebhook('v2'))).status).toBe(202);
    expect(await together.hangar.end('SIGKILL')).toBe('SIGKILL');
    expect(isRunning(postmaster)).toBe(true);
    await together.startHangar({ HANGAR_ROLES: ROLES.join() });
    expect(postmasterOf(folder)).toBe(postmaster);
    await until('the answer', async () => (await together.pongs()) > 0);
    expect(await together.hangar.end()).toBe(0);
    await until('PostgreSQL to be gone', () => !isRunning(postmaster));
  });
});

const postmasterOf = (folder: string): string | undefined =>
  readFileSync(join(folder, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0];

function isRunning(pid: string | undefined): boolean {
  try {
    return process.kill(Number(pid), 0);
  } catch {
    return false;
  }
}
