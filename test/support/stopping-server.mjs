// The built server with two handlers that go on until they are told to stop: one ends then, the other throws where nobody
// can catch it.
import { once } from 'node:events';
import { handler, record, serveWith } from './handler-server.mjs';

class Waits {
  async run(event, { signal }) {
    record('waits', event);
    await once(signal, 'abort');
  }
}

class Throws {
  async run(event, { signal }) {
    record('throws', event);
    signal.addEventListener('abort', () => {
      throw new Error('in a listener');
    });
    await new Promise(() => undefined);
  }
}

await serveWith(handler(Throws, 'workitem.updated'), handler(Waits, 'workitem.updated'));
