import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, type Page } from 'playwright-core';
import { hasChromium, startChromium } from '../support/chromium.js';
import { failedDelivery } from '../support/console-visitor.js';
import { lookAt, LOOKS, type Misdeeds, watchedContext } from '../support/console-walk.js';
import { describeWith } from '../support/describe-with.js';
import { HangarWithSimulator, pingWebhook } from '../support/hangar-with-simulator.js';
import { IdentityProvider } from '../support/identity-provider.js';
import { ceilingMs } from '../support/until.js';

const HANDLER = 'PingHandler.pong';

let provider: IdentityProvider;
let together: HangarWithSimulator;
let browser: Browser;
let page: Page;
let misdeeds: Misdeeds;

describeWith('chromium', hasChromium(), 'a console user', () => {
  beforeAll(async () => {
    provider = await IdentityProvider.start();
    together = await HangarWithSimulator.start({ environment: provider.environment });
    await provider.app(together.url);
    await provider.account('ada', { name: 'Ada', groups: ['hangar-admins'] });
    await together.install();
    browser = await startChromium();
    const watched = await watchedContext(browser, [together.url, provider.url]);
    misdeeds = watched.misdeeds;
    page = await watched.context.newPage();
    page.setDefaultTimeout(ceilingMs());
    await together.deliver(pingWebhook('v2'));
  });

  afterAll(async () => {
    await browser?.close();
    await together?.stop();
    await provider?.stop();
  });

  it('signs in, finds a failed delivery, reads the error, replays it, and sees it succeed', async () => {
    const { attempts } = await failedDelivery(together, pingWebhook('v1'));
    await page.goto(`${together.url}/console`);
    await page.getByLabel('Login').fill('ada');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { name: 'Overview' }).waitFor();
    expect(await page.title()).toBe('Overview · Hangar');
    await page.getByRole('link', { name: /Show errors and redrive.*1 dead letter/ }).waitFor();
    await page.getByRole('region', { name: 'Latest failures' }).getByRole('link').first().click();
    const outcomes = page.getByRole('region', { name: 'Outcomes' });
    await outcomes.getByText(new RegExp(`failed on all ${attempts} attempts.*Plane answered 403`)).waitFor();
    await outcomes.getByRole('button', { name: `Replay to ${HANDLER}` }).click();
    await page.getByText('1 job was queued').waitFor();
    await outcomes.getByText(`${HANDLER} handled it on attempt ${attempts + 1}.`).waitFor();
  });

  it('pauses a handler with a reason, and resumes it', async () => {
    await page.getByRole('link', { name: 'Handlers' }).click();
    await page.getByRole('link', { name: `Pause ${HANDLER}` }).click();
    await page.getByLabel('Reason').fill('Plane is being upgraded');
    await page.getByRole('button', { name: `Pause ${HANDLER}` }).click();
    await page.getByText('Reason: Plane is being upgraded').waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText(`${HANDLER} is paused: Plane is being upgraded`, { exact: true }).waitFor();
    await page.getByRole('link', { name: /^Resume it/ }).click();
    await page.getByRole('button', { name: `Resume ${HANDLER}` }).click();
    const resumed = page.getByText(`${HANDLER} is resumed.`);
    await resumed.waitFor();
    expect(await resumed.isVisible()).toBe(true);
  });

  it('does the same with the keyboard only', async () => {
    const { id, attempts } = await failedDelivery(together, pingWebhook('v2'));
    await page.goto(`${together.url}/console`);
    await page.keyboard.press('Tab');
    expect(await focusedText(page)).toBe('Skip to the content');
    await page.keyboard.press('Enter');
    await tabTo(page, /^workitem\.comment\.created$/);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/console/deliveries/${id}`);
    await tabTo(page, /^Replay$/);
    await page.keyboard.press('Enter');
    const done = page.getByText(`handled it on attempt ${attempts + 1}`);
    await done.waitFor();
    expect(await done.isVisible()).toBe(true);
  });

  it('sees new deliveries appear in the list, and can pause the updates', async () => {
    await page.goto(`${together.url}/console/deliveries`);
    await page.getByText('Live', { exact: true }).waitFor();
    const rows = page.locator('#deliveries tr');
    const before = await rows.count();
    await together.deliver(pingWebhook('v1'));
    await rows.nth(before).waitFor();
    expect(await page.getByRole('status').textContent()).toMatch(/^Live/);
    await page.getByRole('button', { name: 'Pause' }).click();
    expect(await page.getByRole('status').textContent()).toBe('Paused');
  });

  it('finds no serious axe-core violation on any page, in each color scheme and viewport', async () => {
    const { id } = await failedDelivery(together, pingWebhook('v1'));
    const found: string[] = [];
    for (const [name, path] of Object.entries(pagesWith(id))) {
      await page.goto(`${together.url}/console${path}`);
      for (const look of Object.keys(LOOKS) as (keyof typeof LOOKS)[]) found.push(...(await lookAt(page, name, look)));
    }
    expect(found).toEqual([]);
  });

  it('signs out; no page logged an error or requested another origin', async () => {
    await page.goto(`${together.url}/console`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign out here too' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    expect(misdeeds.errors.filter((text) => !/status of 404/.test(text))).toEqual([]);
    expect(misdeeds.foreign).toEqual([]);
  });
});

function pagesWith(id: string): Record<string, string> {
  return {
    overview: '',
    deliveries: '/deliveries',
    delivery: `/deliveries/${id}`,
    payload: `/deliveries/${id}/payload`,
    'dead-letters': '/dead-letters',
    redrive: `/dead-letters/redrive?all=yes&handler=${HANDLER}`,
    handlers: '/handlers',
    agents: '/agents',
    tasks: '/tasks',
    handler: `/handlers/${HANDLER}`,
    installations: '/installations',
    tokens: '/tokens',
    'webhook-secrets': '/webhook-secrets',
    people: '/people',
    person: '/people/ada',
    audit: '/audit',
    links: '/links',
    'not-found': '/nothing-is-here',
  };
}

async function focusedText(at: Page): Promise<string> {
  return at.evaluate('document.activeElement.textContent.trim()');
}

/** Presses Tab until something with that text has the focus. */
async function tabTo(at: Page, text: RegExp): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await at.keyboard.press('Tab');
    if (text.test(await focusedText(at))) return;
  }
  throw new Error(`no Tab leads to ${String(text)}`);
}
