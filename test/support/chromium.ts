import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const PROGRAM = '/usr/bin/chromium';
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Whether there is a browser to test with; says so where there is none. */
export function hasChromium(): boolean {
  const there = existsSync(PROGRAM);
  if (!there) console.warn(`There is no ${PROGRAM}: the browser tests are skipped. apt-get install chromium`);
  return there;
}

/** Starts Debian's Chromium without a window. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: QUIET });
}
