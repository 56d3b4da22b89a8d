import { afterEach, describe, expect, it } from '@jest/globals';
import { rmSync } from 'node:fs';
import { Browser } from '../support/browser.js';
import { dataFolder } from '../support/data-folder.js';
import { HangarProcess } from '../support/hangar-process.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { startSimulator, type RunningSimulator } from '../../src/simulator/simulator.js';
import { freePort } from '../support/free-port.js';
import { until } from '../support/until.js';

describe('a server that is told to stop', () => {
  let simulator: RunningSimulator;
  let hangar: HangarProcess;
  const folder = dataFolder();

  afterEach(async () => {
    await hangar.end('SIGKILL');
    await simulator.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('finishes the handler that runs, says 503 to probes meanwhile, and ends with 0', async () => {
    const port = await freePort();
    const url = `http://localhost:${port}`;
    simulator = await startSimulator({
      port: 0,
      setupUrl: `${url}/oauth/setup`,
      redirectUris: [`${url}/oauth/callback`],
      webhookUrl: `${url}/webhooks/plane`,
    });
    hangar = await HangarProcess.start({
      PORT: String(port),
      HANGAR_DATA_DIR: folder,
      PLANE_BASE_URL: simulator.url,
      PLANE_CLIENT_ID: simulator.clientId,
      PLANE_CLIENT_SECRET: simulator.clientSecret,
      PLANE_WEBHOOK_SECRET: simulator.webhookSecret,
    });
    const plane = new SimulatorControl(simulator.url);
    await new Browser().install(hangar.url);
    await plane.post('/faults', { match: '/api/v1/', kind: 'slow', ms: 2000, times: 1 });
    await plane.post('/comments', { text: '/ping', shape: 'v1' });
    await until('the handler to call Plane', async () => (await plane.state()).faults.length === 0);
    const ended = hangar.end('SIGTERM');
    await until('the probe to be refused', async () => (await fetch(`${url}/health/ready`)).status === 503);
    expect((await fetch(`${url}/health/live`)).status).toBe(200);
    expect(await ended).toBe(0);
    expect(await plane.comments()).toEqual(['/ping', 'pong']);
  });
});
