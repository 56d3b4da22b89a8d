// The built server with handlers that fall into traps: a failure in a function of theirs, a call that is not awaited, a
// loop that blocks the process past the time-out.
import { handler, serveWith } from './handler-server.mjs';

const NOTHING = new Int32Array(new SharedArrayBuffer(4));
const BLOCK_MS = 2500;

class Fails {
  async run(event) {
    await priceOf(event);
  }
}

/** It fails as a library would: with a cause. */
async function priceOf(event) {
  try {
    await Promise.reject(new Error(`no price\n    at Fake.line (/app/secret.ts:1:1)`));
  } catch (cause) {
    throw Object.assign(new TypeError(`of ${event.comment.text}`, { cause }), { token: 'of-the-app' });
  }
}

class Leaves {
  async run(event, context) {
    void context.plane.workItems.retrieve('sandbox', 'none', 'none');
    void context.reply('later');
  }
}

class Blocks {
  async run() {
    Atomics.wait(NOTHING, 0, 0, BLOCK_MS);
  }
}

class BlocksLate {
  async run(event, context) {
    await context.store.get('anything');
    Atomics.wait(NOTHING, 0, 0, BLOCK_MS);
    await new Promise(() => undefined);
  }
}

const options = { retryLimit: 0, timeoutSeconds: 30 };
await serveWith(
  handler(Fails, 'workitem.comment.created', options),
  handler(Leaves, 'workitem.comment.created', options),
  handler(Blocks, 'workitem.created', { ...options, timeoutSeconds: 1 }),
  handler(BlocksLate, 'workitem.deleted', { ...options, timeoutSeconds: 1 }),
);
