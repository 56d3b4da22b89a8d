import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Locator, type Page } from 'playwright-core';
import { SAMPLE } from '../../simulator/world/seed.js';
import { hasChromium, startChromium } from '../support/chromium.js';
import { describeWith } from '../support/describe-with.js';
import { HangarWithSimulator } from '../support/hangar-with-simulator.js';
import { ceilingMs } from '../support/until.js';

const WORK_ITEMS = `/api/v1/workspaces/sandbox/projects/${SAMPLE.projectId}/work-items/`;
const UNTIL_CLEARED_MS = 3_600_000;

let together: HangarWithSimulator;
let browser: Browser;
let page: Page;

/** The newest run on the page, once it has this status. */
function latestRun(status: string): Locator {
  return page.locator('.runs > li:first-child', { has: page.locator(`[data-status=${status}]`) });
}

async function mention(text: string): Promise<void> {
  await page.getByLabel('Comment', { exact: true }).fill(text);
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
}

describeWith('chromium', hasChromium(), 'a person who asks the example agent', () => {
  beforeAll(async () => {
    together = await HangarWithSimulator.start();
    browser = await startChromium();
    page = await browser.newPage();
    page.setDefaultTimeout(ceilingMs());
  });

  afterEach(() => together.plane.clearFaults());

  afterAll(async () => {
    await browser?.close();
    await together?.stop();
  });

  it('installs the app, mentions it as the page proposes, and reads the answer', async () => {
    await page.goto(together.simulator.url);
    const consent = page.waitForEvent('popup');
    await page.getByRole('link', { name: 'Install' }).click();
    await (await consent).getByRole('button', { name: 'Approve: install' }).click();
    await page.getByText('Installed', { exact: true }).waitFor();
    const proposed = await page.getByLabel('Comment', { exact: true }).getAttribute('placeholder');
    await mention(/@.*/.exec(proposed ?? '')?.[0] ?? '');
    const run = latestRun('completed');
    await run.locator('.activities', { hasText: 'There are 2 open items in Website.' }).waitFor();
    await run.getByText('Superseded steps').click();
    await run.locator('.superseded', { hasText: 'Counting the open items.' }).waitFor();
    await run.locator('.superseded', { hasText: 'count (open: 0, project: Website)' }).waitFor();
    const reply = page.locator('.thread .reply', { hasText: 'There are 2 open items in Website.' });
    await reply.waitFor();
    expect(await reply.count()).toBe(1);
  });

  it('stops it while it counts', async () => {
    await together.plane.post('/faults', { match: WORK_ITEMS, method: 'GET', kind: 'slow', ms: UNTIL_CLEARED_MS });
    await mention('@your-app how many open items are in this project?');
    const run = latestRun('in_progress');
    await run.locator('.ephemeral:not(.superseded)', { hasText: 'count (open: 0, project: Website)' }).waitFor();
    await run.getByRole('button', { name: 'Stop the run' }).click();
    await latestRun('stopped').locator('.activities', { hasText: 'Stopped counting.' }).waitFor();
    expect(await page.locator('.thread .reply', { hasText: 'There are 2 open items' }).count()).toBe(1);
  });
});
