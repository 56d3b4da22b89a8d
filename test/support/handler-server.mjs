// What a server with a test's own handlers is made of. It is the built server as users start it: `main.js` with
// other providers in the module of handlers.
import { appendFileSync, openSync } from 'node:fs';
import { Injectable, Module } from '@nestjs/common';
import { HandlersModule } from '../../dist/src/handlers/handlers.module.js';
import { forgetDeclaredHandlers } from '../../dist/src/webhooks/discovery/declared-handlers.js';
import { OnPlaneEvent } from '../../dist/src/index.js';

const file = openSync(process.env.RECORD_FILE, 'a');

/** Writes a line of its own at once, so that a SIGKILL loses none: what happened, to which event, when. */
export function record(what, event) {
  appendFileSync(file, `${what} ${event.id} ${Date.now()}\n`);
}

/** Decorates the class's method `run` as a handler of such events. */
export function handler(host, pattern, options) {
  const method = Object.getOwnPropertyDescriptor(host.prototype, 'run');
  OnPlaneEvent(pattern, options)(host.prototype, 'run', method);
  Injectable()(host);
  return host;
}

/** Starts the server with these handlers and no others. */
export async function serveWith(...providers) {
  Module({ providers })(HandlersModule);
  forgetDeclaredHandlers(); // those of src/handlers are in no module now
  await import('../../dist/src/main.js');
}
