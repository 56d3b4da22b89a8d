import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, type Page } from 'playwright-core';
import { FULL_SIZE } from './full-size.js';

const FOLDER = resolve('artifacts/screenshots');
const DESK = { width: 1280, height: 800 };
const CONTRAST = ['color-contrast'];
const PHONE = { width: 390, height: 844 };

/** The ways in which each page is looked at. */
export const LOOKS = {
  light: { colorScheme: 'light', viewport: DESK },
  dark: { colorScheme: 'dark', viewport: DESK },
  phone: { colorScheme: 'light', viewport: PHONE },
} as const;

/** What a page did that it should not have. */
export interface Misdeeds {
  readonly errors: string[];
  readonly foreign: string[];
}

/** A browser's window on the console, of which every error and request is watched. */
export async function watchedContext(
  browser: Browser,
  origins: readonly string[],
): Promise<{ context: BrowserContext; misdeeds: Misdeeds }> {
  const context = await browser.newContext({ viewport: DESK, reducedMotion: 'reduce' });
  const misdeeds: Misdeeds = { errors: [], foreign: [] };
  context.on('console', (message) => {
    if (message.type() === 'error') misdeeds.errors.push(message.text());
  });
  context.on('weberror', (error) => misdeeds.errors.push(error.error().message));
  context.on('request', (request) => {
    if (!origins.includes(new URL(request.url()).origin)) misdeeds.foreign.push(request.url());
  });
  return { context, misdeeds };
}

/** Looks at the page in one way: resolves with what axe-core finds serious; at full size keeps a picture. */
export async function lookAt(page: Page, name: string, look: keyof typeof LOOKS): Promise<string[]> {
  const { colorScheme, viewport } = LOOKS[look];
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize(viewport);
  if (FULL_SIZE) await takePicture(page, `${name}-${look}`);
  const axe = new AxeBuilder({ page }).setLegacyMode(true);
  // A phone has the colours of the desk, and what else is looked at is the same in the dark.
  if (look === 'dark') axe.withRules(CONTRAST);
  else if (look === 'phone') axe.disableRules(CONTRAST);
  const { violations } = await axe.analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${name} ${look}: ${id} ${nodes.map(({ html }) => html).join(' ')}`);
}

async function takePicture(page: Page, name: string): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true });
}
