#!/usr/bin/env node
// Has a development server handle one event, and prints its metrics: scrape.mjs SERVER_URL SIMULATOR_URL METRICS_URL
import { setTimeout as wait } from 'node:timers/promises';
import { Browser } from '../test/support/browser.ts';

const [server, simulator, metrics] = process.argv.slice(2);
const HANDLED = /^hangar_handler_runs_total\{handler="PingHandler.pong",outcome="handled"\} [1-9]/m;
const GIVE_UP_AFTER_MS = 120_000;

const installed = await new Browser().install(server);
if (!installed.ok) throw new Error(`the app was not installed: ${installed.status}`);
const comment = await fetch(`${simulator}/_simulator/comments`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ text: '/ping' }),
});
if (!comment.ok) throw new Error(`the comment was not written: ${await comment.text()}`);

const giveUpAt = Date.now() + GIVE_UP_AFTER_MS;
for (;;) {
  const text = await (await fetch(metrics)).text();
  if (HANDLED.test(text)) {
    process.stdout.write(text);
    break;
  }
  if (Date.now() > giveUpAt) throw new Error('no handler has handled the comment in time');
  await wait(100);
}
