// The built server with one handler that writes down when each of its runs began and ended. Some take longer, so that
// whoever is told to stop has some under way.
import { setTimeout as wait } from 'node:timers/promises';
import { handler, record, serveWith } from './handler-server.mjs';

const RUN_MS = 5;
const LONG_RUN_MS = 500;
const LONG_ONES = 0.1;

class Recorder {
  async run(event) {
    record('start', event);
    await wait(Math.random() < LONG_ONES ? LONG_RUN_MS : RUN_MS);
    record('end', event);
  }
}

const options = { concurrency: 20, retryLimit: 0, retryDelaySeconds: 0, backoff: false };
await serveWith(handler(Recorder, 'workitem.updated', options));
