#!/usr/bin/env node
// Takes the screenshots of docs/images: starts the built server with its simulator, installs the app, writes a comment.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { chromium } from 'playwright-core';

const OUT = 'docs/images';
const DATA = mkdtempSync('/tmp/hangar-images-');
const TIMEOUT_MS = 120_000;
const VIEWPORT = { width: 960, height: 560 };

mkdirSync(OUT, { recursive: true });
const server = spawn(process.execPath, ['dist/src/main.js'], {
  env: { PATH: process.env.PATH, HANGAR_DATA_DIR: `${DATA}/data`, PORT: '18310', METRICS_PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const { simulator, console: signIn } = await addresses();
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu'],
  });
  await takePictures(await browser.newContext({ viewport: VIEWPORT }), simulator, signIn);
  await browser.close();
} finally {
  server.kill('SIGTERM');
  await once(server, 'close');
  rmSync(DATA, { recursive: true, force: true });
}

/** The addresses that the start prints. */
async function addresses() {
  let output = '';
  for await (const chunk of server.stdout) {
    output += chunk;
    const console = /http:\S+\/console\/sign-in\?token=\S+/.exec(output)?.[0];
    const simulator = /open (http:\S+) and press/.exec(output)?.[1];
    if (console && simulator) return { console, simulator };
  }
  throw new Error(`the server ended: ${output}`);
}

async function takePictures(context, simulator, signIn) {
  context.setDefaultTimeout(TIMEOUT_MS);
  const page = await context.newPage();
  const picture = async (name) => page.screenshot({ path: `${OUT}/${name}.png`, animations: 'disabled' });

  await page.goto(simulator);
  await picture('simulator-start');
  const [consent] = await Promise.all([
    context.waitForEvent('page'),
    page.getByRole('link', { name: 'Install', exact: true }).click(),
  ]);
  await consent.getByRole('button').first().click();
  await consent.getByText('installed').first().waitFor();
  await consent.close();
  await page.locator('textarea[name=text]').fill('/ping');
  await page.getByRole('button', { name: 'Comment', exact: true }).click();
  await page.getByText('pong', { exact: true }).first().waitFor();
  await page.getByText('sending…').waitFor({ state: 'hidden' });
  await page.locator('#work-title').evaluate((title) => title.scrollIntoView());
  await picture('simulator-pong');
  await page.goto(signIn);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await picture('console-overview');
  await page.goto(new URL('/console/deliveries?state=handled', signIn).href);
  await page.locator('main tbody a[href*="/console/deliveries/"]').first().click();
  await page.getByText('Attempt 1').waitFor();
  await picture('console-delivery');
}
