import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Browser } from '../support/browser.js';
import { dataFolder } from '../support/data-folder.js';
import { HangarProcess } from '../support/hangar-process.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { until } from '../support/until.js';

describe('a first start without configuration', () => {
  const folder = dataFolder();
  let hangar: HangarProcess;
  let simulatorUrl: string;
  let plane: SimulatorControl;

  beforeAll(async () => {
    hangar = await HangarProcess.start({ HANGAR_DATA_DIR: folder });
    simulatorUrl = await until('the banner', () => /open (http:\S+) and press/.exec(hangar.log)?.[1]);
    plane = new SimulatorControl(simulatorUrl);
  });

  afterAll(async () => {
    expect(await hangar.end()).toBe(0);
    rmSync(folder, { recursive: true });
  });

  it('prints the page to open', () => {
    expect(hangar.log).toContain(`Hangar is ready on ${hangar.url}`);
    expect(simulatorUrl).toMatch(/^http:/);
  });

  it('prints a table of the handlers', () => {
    expect(hangar.log).toMatch(/PingHandler\.pong +workitem\.comment\.created +retries 5, time-out 30 s/);
    expect(hangar.log).toMatch(/OpenItemsAgent\.answer +agent_run\.prompted +retries 5, time-out 1800 s/);
  });

  it('lets the user install the app', async () => {
    const page = await new Browser().install(hangar.url);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('It is installed in <strong>Sandbox</strong>');
  });

  it.each(['v1', 'ce', 'v2'])('answers /ping with pong, sent as a %s webhook', async (shape) => {
    const before = await plane.comments();
    await plane.post('/comments', { text: '/ping', shape });
    const comments = await until('the answer', async () => {
      const now = await plane.comments();
      return now.length >= before.length + 2 && now;
    });
    expect(comments.slice(before.length)).toEqual(['/ping', 'pong']);
  });

  it('answers the question of the banner', async () => {
    const question = /ask "(@.*?)"/.exec(hangar.log)?.[1] ?? '';
    expect(question).toContain('how many');
    await plane.post('/comments', { text: question });
    await until('the answer', async () => (await plane.comments()).includes('There are 2 open items in Website.'));
  });

  it('accepts every webhook, also that of its own comment, and does not reply to it', async () => {
    const { deliveries } = await until('all webhooks to be answered', async () => {
      const state = await plane.state();
      return state.deliveries.every(({ attempts }) => attempts.length > 0) && state;
    });
    expect(deliveries.length).toBeGreaterThanOrEqual(6);
    for (const { attempts } of deliveries) expect(attempts.map(({ status }) => status)).toEqual([202]);
    await until(
      'the app’s own comments to be skipped',
      () => hangar.log.split('skipped: caused by this app').length > 3,
    );
  });
});
