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

/** Whether there is a browser to test with. */
export function hasChromium(): boolean {
  return existsSync(PROGRAM);
}

/** Starts Debian's Chromium without a window. */
export async function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: QUIET });
}
