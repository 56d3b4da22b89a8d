// The built server with one handler that writes down when each of its runs began and ended.
import { setTimeout as wait } from 'node:timers/promises';
import { handler, record, serveWith } from './handler-server.mjs';

/** So that a kill finds some runs under way. */
const RUN_MS = 5;

class Recorder {
  async run(event) {
    record('start', event);
    await wait(RUN_MS);
    record('end', event);
  }
}

const options = { concurrency: 20, retryLimit: 0, retryDelaySeconds: 0, backoff: false };
await serveWith(handler(Recorder, 'workitem.updated', options));
