// The built server with a handler that does work once, and hangs where a test wants to kill it.
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { handler, record, serveWith } from './handler-server.mjs';

const STEP_MS = 20;

class Once {
  async run(event, context) {
    const result = await context.once('work', async () => {
      record('work', event);
      await released();
      return event.id;
    });
    record(`result-${result}`, event);
    await released();
    record('end', event);
  }
}

/** Until the test lets go. */
async function released() {
  while (!existsSync(`${process.env.RECORD_FILE}.release`)) await wait(STEP_MS);
}

await serveWith(handler(Once, 'workitem.updated', { retryDelaySeconds: 0, backoff: false }));
