// The built server with a handler whose runs go on until the test lets go, or they are told to stop.
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { handler, record, serveWith } from './handler-server.mjs';

const STEP_MS = 20;
const HOUR_SECONDS = 3600;

class Held {
  async run(event, { signal }) {
    record('start', event);
    while (!existsSync(`${process.env.RECORD_FILE}.release`)) await wait(STEP_MS, undefined, { signal });
    record('end', event);
  }
}

await serveWith(handler(Held, 'workitem.updated', { timeoutSeconds: HOUR_SECONDS }));
