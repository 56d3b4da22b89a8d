// The built server with a good handler of work items among bad ones: one blocks on what is created, the others misbehave
// on what is changed.
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { handler, record, serveWith } from './handler-server.mjs';

const BLOCK_MS = Number(process.env.BLOCK_SECONDS) * 1000;
const LATE_MS = 200;
const STEP_MS = 20;
const NOTHING = new Int32Array(new SharedArrayBuffer(4));
const FOR_EVER_MS = 600_000;

/** It alone gets what is created too, so that it may be under way where the other blocks. */
class Good {
  async run(event) {
    record('start', event);
    record('end', event);
  }
}

class Hangs {
  async run() {
    await wait(FOR_EVER_MS);
  }
}

class ThrowsUndefined {
  async run() {
    throw undefined;
  }
}

/** For its time, and until the test lets go. */
class Blocks {
  async run(event) {
    record('block', event);
    const end = performance.now() + BLOCK_MS;
    while (performance.now() < end || !existsSync(`${process.env.RECORD_FILE}.release`))
      Atomics.wait(NOTHING, 0, 0, STEP_MS); // blocks as a loop does, and leaves the processor to the test
    record('unblock', event);
  }
}

/** After its time-out. */
class RejectsLate {
  async run(event, { signal }) {
    await wait(FOR_EVER_MS, undefined, { signal }).catch(() => undefined);
    await wait(LATE_MS);
    record('reject', event);
    throw new Error('too late');
  }
}

class Leaks {
  async run() {
    void Promise.reject(new Error('leaked'));
  }
}

const options = { concurrency: 20, retryLimit: 1, retryDelaySeconds: 0, backoff: false };
await serveWith(
  handler(Good, 'workitem.*', options),
  handler(Blocks, 'workitem.created', options),
  handler(Hangs, 'workitem.updated', { ...options, timeoutSeconds: 2 }),
  handler(ThrowsUndefined, 'workitem.updated', options),
  handler(RejectsLate, 'workitem.updated', { ...options, timeoutSeconds: 1 }),
  handler(Leaks, 'workitem.updated', options),
);
