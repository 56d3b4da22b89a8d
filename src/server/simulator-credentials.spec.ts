import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { simulatorCredentials } from './simulator-credentials.js';

describe('the credentials of the simulator', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hangar-simulator-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('are made once, in a file that its owner alone can read', async () => {
    const dataDir = join(folder, 'data');
    const first = await simulatorCredentials(dataDir);
    expect(first).toEqual({
      clientId: expect.stringMatching(/^[0-9a-f]{32}$/),
      clientSecret: expect.stringMatching(/^[0-9a-f]{64}$/),
      webhookSecret: expect.stringMatching(/^plane_wh_[0-9a-f]{32}$/),
      apiKey: expect.stringMatching(/^plane_api_[0-9a-f]{32}$/),
    });
    expect(await simulatorCredentials(dataDir)).toEqual(first);
    expect((await stat(join(dataDir, 'simulator.json'))).mode & 0o777).toBe(0o600);
  });

  it.each(['', '{"clientId": "x"}'])('that cannot be read stop the start, and stay: %j', async (content) => {
    const file = join(folder, 'simulator.json');
    await writeFile(file, content);
    await expect(simulatorCredentials(folder)).rejects.toMatchObject({
      code: 'simulator_credentials_unreadable',
      detail: expect.stringContaining(file),
    });
    expect(await readFile(file, 'utf8')).toBe(content);
  });
});
