// The built server with a handler that receives recovered changes and one that refuses them; each writes what it received.
import { appendFileSync, openSync } from 'node:fs';
import { handler, serveWith } from './handler-server.mjs';

const file = openSync(process.env.RECORD_FILE, 'a');

/** One line an event, written at once. */
function note(handledBy, event) {
  const { id, name, source, entityId, workItem, raw } = event;
  const line = { handledBy, id, name, source, entity: workItem?.id ?? entityId, at: raw.occurred_at ?? null };
  appendFileSync(file, `${JSON.stringify(line)}\n`);
}

class Takes {
  run(event) {
    note('takes', event);
  }
}

class Refuses {
  run(event) {
    note('refuses', event);
  }
}

const options = { order: 'entity', includeSelf: true };
await serveWith(handler(Takes, '**', options), handler(Refuses, '**', { ...options, catchUp: false }));
