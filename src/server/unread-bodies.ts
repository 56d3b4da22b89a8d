import { type FastifyInstance } from 'fastify';
import { isLongBody } from '../common/request-body.js';

/** Time for a client to read its response; closing at once would discard it. */
const LINGER_MS = 2000;
/** More connections than these are closed at once: each costs memory. */
const MAX_LINGERING = 200;

/**
 * Closes connections whose request was answered before its body had arrived, after a moment for reading the response. Node
 * would read the rest of the body, for as long as it takes.
 */
export function closeUnreadBodies(server: FastifyInstance): void {
  let lingering = 0;
  server.addHook('onResponse', ({ raw }, _reply, done) => {
    done();
    if (raw.complete) return;
    if (lingering >= MAX_LINGERING) return void raw.socket.destroy();
    lingering += 1;
    if (isLongBody(raw)) setImmediate(() => raw.socket.pause()); // after Node has started to discard the body
    setTimeout(() => {
      lingering -= 1;
      if (!raw.complete) raw.socket.destroy();
    }, LINGER_MS).unref();
  });
}
