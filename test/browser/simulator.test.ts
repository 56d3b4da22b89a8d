import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { type RunningSimulator, startSimulator } from '../../simulator/simulator.js';
import { hasChromium, startChromium } from '../support/chromium.js';
import { describeWith } from '../support/describe-with.js';
import { SimulatorControl } from '../support/simulator-control.js';
import { ceilingMs } from '../support/until.js';

const INSTALLATION = '34b97361-8636-43dc-953e-90deedc8498f';

let plane: RunningSimulator;
let browser: Browser;
let page: Page;
let bearer: string;

/** What the app as an agent posts to its latest run. */
async function report(type: string, body: string, more: object = {}): Promise<void> {
  const runs = (await (await fetch(`${plane.url}/_simulator/runs`)).json()) as { id: string }[];
  const answer = await fetch(`${plane.url}/api/v1/workspaces/sandbox/runs/${runs.at(-1)?.id}/activities/`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type, content: { type, body }, ...more }),
  });
  expect(answer.status).toBe(201);
}

describeWith('chromium', hasChromium(), 'a person on the simulator’s page', () => {
  beforeAll(async () => {
    plane = await startSimulator({ port: 0, webhookUrl: 'http://127.0.0.1:9/' });
    await new SimulatorControl(plane.url).post('/installations');
    const headers = { authorization: `Basic ${btoa(`${plane.clientId}:${plane.clientSecret}`)}` };
    const body = new URLSearchParams({ grant_type: 'client_credentials', app_installation_id: INSTALLATION });
    const minted = await fetch(`${plane.url}/auth/o/token/`, { method: 'POST', headers, body });
    bearer = ((await minted.json()) as { access_token: string }).access_token;
    browser = await startChromium();
    page = await browser.newPage();
    page.setDefaultTimeout(ceilingMs());
    await page.goto(plane.url);
  });

  afterAll(async () => {
    await browser?.close();
    await plane?.close();
  });

  it('mentions the app, chooses, goes on writing while the run moves, replies, and stops it', async () => {
    const status = async (name: string) => page.locator(`[data-status=${name}]`).waitFor();
    await page.getByLabel('Comment', { exact: true }).fill('@your-app what is late?');
    await page.getByRole('button', { name: 'Comment', exact: true }).click();
    await status('in_progress');
    await report('thought', 'Looking into it.');
    await page.locator('.ephemeral:not(.superseded)', { hasText: 'Looking into it.' }).waitFor();
    const options = ['Website', 'Operations'].map((label) => ({ id: label, label }));
    await report('elicitation', 'Which project?', { signal: 'select', signal_metadata: { options } });
    await status('awaiting');
    await page.getByText('Superseded steps: 1').click();
    await page.locator('.superseded', { hasText: 'Looking into it.' }).waitFor();
    await page.getByRole('button', { name: 'Operations' }).click();
    await page.locator('.activities', { hasText: 'Operations' }).first().waitFor();
    await page.getByLabel('Reply to the run').fill('and tomorrow?');
    await report('action', 'x', { content: { type: 'action', action: 'count', parameters: { of: 'items' } } });
    await page.getByText('count (of: items)').waitFor();
    expect(await page.getByLabel('Reply to the run').inputValue()).toBe('and tomorrow?');
    await page.getByRole('button', { name: 'Reply', exact: true }).click();
    await page.locator('.thread', { hasText: 'and tomorrow?' }).waitFor();
    await page.getByRole('button', { name: 'Stop the run' }).click();
    await status('stopping');
    await report('response', 'Stopped.');
    await status('stopped');
    expect(await page.getByRole('button', { name: 'Stop the run' }).count()).toBe(0);
  });
});
