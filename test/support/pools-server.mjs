// The built server with three handlers, which write down what each of them ran on.
import { OnLifecycleEvent } from '../../dist/src/index.js';
import { handler, record, serveWith } from './handler-server.mjs';

class Fast {
  run(event) {
    record('fast', event);
  }
}

class Slow {
  run(event) {
    record('slow', event);
  }
}

class Consent {
  needed(event) {
    record('consent', event);
  }
}
const needed = Object.getOwnPropertyDescriptor(Consent.prototype, 'needed');
OnLifecycleEvent('token.needs_consent')(Consent.prototype, 'needed', needed);

await serveWith(handler(Fast, 'workitem.updated'), handler(Slow, 'workitem.**'), Consent);
